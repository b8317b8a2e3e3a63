// The hardest negatives of a queue and MoCHi's step against torch, and what MoCHi costs in a run: photographs, the convolutional network of
// random weights at 224 pixels, a queue of 65 536 x 128. Ours through ONNX Runtime (in this thread, and in one of its own) and by kernels.
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { excludedRanges } from '@viewforge/core';
import { imageFolder } from '@viewforge/data';
import { infoNce } from '@viewforge/losses';
import { searchTop } from '@viewforge/miners';
import { mochi, searchModel } from '@viewforge/mix-mochi';
import { mixerSession, openSession, randomNetwork } from '@viewforge/onnx';
import { queue } from '@viewforge/pairings';
import { createRandom } from '@viewforge/random';
import { run } from '@viewforge/run';
import { features, unitRows } from '@viewforge/tensor';
import { simclr } from '@viewforge/views-simclr';
import { photoFolder } from './peers/peer.mjs';
import { seeded } from './simclr.mjs';
import { interleave, median, milliseconds } from './timing.mjs';

const [n, k, d] = [256, 65_536, 128];
const now = { epoch: 0, step: 0, fraction: 0 };
const running = { signal: new AbortController().signal };
const mixer = mochi({ warmUp: 0 }); // pool 1024, 512 of two negatives, 256 of the query and one

/** Times everything in turns. Gives { name, notes, times: { name: ms }, ratios: [{ name, value, goal? }] }. */
export async function benchLatent({ rounds = 40, peers } = {}) {
  const [queries, own] = [rows(n, 1), rows(n, 2)];
  const chunks = Array.from({ length: k / 1024 }, (_, i) => rows(1024, 3 + i));
  const count = Math.max(5, Math.round(rounds / 3));
  const notes = [];
  const searches = await searchers(queries, chunks);
  const search = await against(peers, 'topk', searches.contestants, count, notes);
  await searches.close();
  const mixers = mixing(queries, own, chunks);
  const mix = await against(peers, 'mochi', mixers.contestants, count, notes);
  await mixers.close();
  const added = await overhead(Math.max(2, Math.round(rounds / 10)), notes);
  const [searched, mixed] = [`top 1024 of ${k} x ${d}, ${n} queries`, 'MoCHi, 512 + 256 of 1024'];
  return {
    name: 'latent space',
    notes,
    times: { ...labelled(searched, search), ...labelled(mixed, mix), ...added.times },
    ratios: [
      ...ratioOf(`${searched}, ours / torch, each at its best`, search),
      ...ratioOf(`${mixed}, ours / torch, each at its best`, mix),
      { name: 'MoCHi in a run, share of a step without it', value: added.share, goal: 0.1 },
    ],
  };
}

/** Milliseconds of each of ours and of torch, with one thread and with all. */
async function against(peers, op, ours, count, notes) {
  const contestants = [...ours];
  const ask = (threads) => peers.ask({ op, n, keys: k, d, threads, count: 1 });
  const { error } = peers === undefined ? { error: 'no Python' } : await ask(1);
  if (error !== undefined) notes.push(`torch: ${error}`);
  else {
    for (const threads of new Set([1, availableParallelism()])) {
      contestants.push([`torch, ${threads} thread${threads === 1 ? '' : 's'}`, async () => 1000 * (await ask(threads)).seconds]);
    }
  }
  await interleave(contestants, 2);
  return interleave(contestants, count);
}

async function searchers(queries, chunks) {
  const whole = (value) => ({ type: 'int64', shape: [1], data: BigInt64Array.of(BigInt(value)) });
  const model = searchModel({ hiding: 'nothing', isGrouped: true });
  const session = await openSession(
    { where: 'search', model, providers: ['cpu'], threads: availableParallelism(), spinning: false },
    running,
  );
  const together = new Float32Array(k * d);
  for (const [i, { data }] of chunks.entries()) together.set(data, i * data.length);
  let feeds = {
    queries: { type: 'float32', shape: [n, d], data: queries.data.slice() },
    rows: { type: 'float32', shape: [k, d], data: together },
    columns: whole(k / 8),
    count: whole(1024),
  };
  const through = async () => {
    feeds = (await session.run(feeds, ['found'], running)).feeds;
  };
  return {
    contestants: [
      ['ONNX Runtime', () => twice(through)],
      ['kernels, 1 thread', () => twice(() => searchTop({ queries, keys: chunks, count: 1024 }))],
    ],
    close: () => session.close(),
  };
}

function mixing(queries, own, chunks) {
  const others = Array.from({ length: n }, (_, i) => [
    [0, i],
    [i + 1, n],
  ]);
  const batch = {
    queries,
    keys: [own, ...chunks],
    targets: { kind: 'identity' },
    excluded: excludedRanges(others),
    frozen: [true, ...chunks.map(() => true)],
  };
  const params = mixer.draw(batch, createRandom(1), now);
  const sessions = ['caller', 'own'].map((thread) => mixerSession(mixer, { thread }));
  return {
    contestants: [
      ['ONNX Runtime, thread of the caller', () => twice(() => sessions[0].apply(batch, params))],
      ['ONNX Runtime, thread of its own', () => twice(() => sessions[1].apply(batch, params))],
      ['kernels, 1 thread', () => twice(() => mixer.apply(batch, params))],
    ],
    close: () => Promise.all(sessions.map((session) => session.close())),
  };
}

/** Milliseconds of the second of two calls in a row: the peer is asked once before its clock starts, too. */
async function twice(work) {
  await work();
  return milliseconds(work);
}

/** Milliseconds of a step of a run, with MoCHi and without, in turns. */
async function overhead(rounds, notes) {
  const folder = manyPhotos(notes);
  const encoder = randomNetwork({ width: d });
  const session = mixerSession(mixer);
  const step = async (mixers) => {
    const times = [];
    const steps = run({
      source: imageFolder({ root: folder }),
      plan: simclr({ size: 224 }),
      encoder,
      pairing: queue({ capacity: k, exclude: 'nothing' }),
      loss: infoNce({ temperature: 0.2 }),
      mixers,
      ...{ seed: 1, epochs: 5, batchSize: 96, workers: availableParallelism(), reuse: true },
    });
    let begin = performance.now();
    for await (const { batch: _ } of steps) {
      times.push(performance.now() - begin);
      begin = performance.now();
    }
    return median(times.slice(1)); // the first one starts the workers
  };
  const times = await interleave(
    [
      ['a step of 96 photographs, plain', () => step([])],
      ['a step of 96 photographs, with MoCHi', () => step([session])],
    ],
    rounds + 1,
  );
  const { graph, copiedBlocks } = session.counts();
  notes.push(`MoCHi in a run: ${graph} steps, ${copiedBlocks} blocks copied`);
  await session.close();
  await encoder.close();
  rmSync(folder, { recursive: true });
  const [plain, mixed] = Object.values(times);
  return { times, share: mixed / plain - 1 };
}

/** A folder of 96 photographs, the same ones again where there are fewer. */
function manyPhotos(notes) {
  const { folder, made } = photoFolder();
  if (!made) notes.push('no wallpaper packages: the photographs are those of examples/photos, again and again');
  const names = readdirSync(folder).filter((name) => name.endsWith('.jpg'));
  const many = mkdtempSync(join(tmpdir(), 'viewforge-bench-latent-'));
  for (let i = 0; i < 96; i++) cpSync(join(folder, names[i % names.length]), join(many, `${i}.jpg`));
  return many;
}

function labelled(name, times) {
  return Object.fromEntries(Object.entries(times).map(([label, time]) => [`${name}: ${label}`, time]));
}

function ratioOf(name, times) {
  const best = (isTorch) =>
    Math.min(...Object.entries(times).flatMap(([label, time]) => (label.startsWith('torch') === isTorch ? [time] : [])));
  return best(true) === Number.POSITIVE_INFINITY ? [] : [{ name, value: best(false) / best(true), goal: 0.4 }];
}

function rows(count, seed) {
  const uniform = seeded(seed);
  const data = Float32Array.from({ length: count * d }, () => 2 * uniform() - 1);
  return unitRows(features(data, count, d)).rows;
}
