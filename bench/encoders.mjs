// The two encoders that are made in code, on batches of 20 images of 64 x 64 pixels: wall clock an image. And how much of the throughput of
// a bare session an encoder of 4.4 GMAC an item reaches in a run.
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageFolder } from '@viewforge/data';
import { infoNce } from '@viewforge/losses';
import {
  heavyNetworkCost,
  heavyNetworkModel,
  onnxEncoder,
  openSession,
  randomNetwork,
  scattering,
  visionTransformerModel,
} from '@viewforge/onnx';
import { queue } from '@viewforge/pairings';
import { run } from '@viewforge/run';
import { tensor, zeros } from '@viewforge/tensor';
import { simclr } from '@viewforge/views-simclr';
import { photoFolder } from './peers/peer.mjs';
import { seeded } from './simclr.mjs';
import { interleave, median, milliseconds } from './timing.mjs';

const count = 20;
const running = { signal: new AbortController().signal };

/** Times both in turns. Gives { name, notes, times: { name: ms an image }, ratios: [] }. */
export async function benchEncoders({ rounds = 40 } = {}) {
  const encoders = { scattering: scattering(), 'random network': randomNetwork() };
  const uniform = seeded(1);
  const image = tensor(Float32Array.from({ length: count * 3 * 64 * 64 }, uniform), [count, 3, 64, 64]);
  const contestants = Object.entries(encoders).map(([name, encoder]) => [
    name,
    async () => (await milliseconds(() => encoder.encode({ image }, running))) / count,
  ]);
  await interleave(contestants, 3);
  const times = await interleave(contestants, Math.ceil(rounds / 2));
  for (const encoder of Object.values(encoders)) await encoder.close();
  return { name: 'encoders, an image of 64 x 64', notes: [], times, ratios: [] };
}

const side = 224;
const batchSize = 8;
/** Steps of a run that are counted, after the first. */
const steps = 2;

/** Encoders of at least 4 GMAC an item of 224 x 224: residual convolutions, and vision transformers of the small and the base size. */
const heavy = {
  convolutions: {
    ...{ input: 'image', output: 'features', cost: heavyNetworkCost(side) },
    model: () => heavyNetworkModel({ seed: 1, width: 128 }),
  },
  'ViT-S/16': transformer({ width: 384, heads: 6 }),
  'ViT-B/16': transformer({ width: 768, heads: 12 }),
};

function transformer({ width, heads }) {
  // 197 tokens through 12 layers of 12 x width x width weights and two products of attention, and the patches
  const cost = 12 * 197 * (12 * width ** 2 + 2 * 197 * width) + 196 * 768 * width;
  const shape = { size: side, patch: 16, width, heads, layers: 12 };
  return { input: 'pixel_values', output: 'pooler_output', cost, model: () => visionTransformerModel(1, shape) };
}

/**
 * Runs (SimCLR views of photographs, an encoder, a queue, InfoNCE) against a loop over a session of the same model, in turns on the same
 * machine. Counted are steps after the first, so that neither start nor end is. Gives { name, notes, times, ratios }.
 */
export async function benchOverlap({ rounds = 40 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'viewforge-overlap-'));
  linkPhotographs(folder);
  const [times, ratios] = [{}, []];
  for (const [name, encoder] of Object.entries(heavy)) {
    const label = `${name}, ${(encoder.cost / 1e9).toFixed(1)} GMAC`;
    const found = await overlapOf(folder, encoder, Math.max(3, Math.ceil(rounds / 4)));
    for (const [way, time] of Object.entries(found.times)) times[`${label}: ${way}`] = time;
    for (const [way, share] of Object.entries(found.shares)) {
      ratios.push({
        name: `${label}: share of the bare session's throughput, ${way}`,
        value: share.wall,
        goal: 0.95,
        atLeast: true,
      });
      ratios.push({ name: `${label}: the same in processor time`, value: share.processor });
    }
  }
  rmSync(folder, { recursive: true });
  const notes = [`per view of ${side} x ${side}; batches of ${batchSize}; shares are medians over rounds of pairs`];
  return { name: 'encoders in a run: SimCLR views, queue, InfoNCE', notes, times, ratios };
}

async function overlapOf(folder, { model, input, output }, rounds) {
  const path = join(folder, 'heavy.onnx');
  writeFileSync(path, model());
  const encoder = onnxEncoder({ model: path, maxBatch: batchSize });
  const session = await openSession(
    { where: path, model: path, providers: ['cpu'], threads: availableParallelism(), spinning: false },
    running,
  );
  const contestants = [
    ['bare session', () => bare(session, input, output)],
    ['views on one worker', () => wholeRun(folder, encoder, 1)],
    ['views on this thread', () => wholeRun(folder, encoder, 0)],
    ['views on one worker, images decoded before', () => wholeRun(folder, encoder, 1, join(folder, 'decoded'))],
  ];
  for (const [, work] of contestants) await work();
  const all = new Map(contestants.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const turn = round % 2 === 0 ? contestants : [...contestants].reverse();
    for (const [name, work] of turn) all.get(name).push(await work());
  }
  await encoder.close();
  await session.close();
  const [[, alone], ...others] = [...all];
  const share = (other, what) => median(alone.map((each, i) => each[what] / other[i][what]));
  return {
    times: Object.fromEntries([...all].map(([name, each]) => [name, median(each.map(({ wall }) => wall))])),
    shares: Object.fromEntries(
      others.map(([name, each]) => [name, { wall: share(each, 'wall'), processor: share(each, 'processor') }]),
    ),
  };
}

/** Whole batches for every step that is counted and two more, made of the photographs there are. */
function linkPhotographs(root) {
  const { folder } = photoFolder();
  const photos = readdirSync(folder).filter((name) => name.endsWith('.jpg'));
  for (let i = 0; i < batchSize * (steps + 3); i++) copyFileSync(join(folder, photos[i % photos.length]), join(root, `${i}.jpg`));
}

/** Milliseconds an image by the clock and of processors, all threads together, since `begin` was called. */
function stopwatch() {
  const [from, used] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(used);
    const images = 2 * steps * batchSize;
    return { wall: (performance.now() - from) / images, processor: (user + system) / 1000 / images };
  };
}

/** Milliseconds an image of a loop that feeds the same buffer again and again. */
async function bare(session, input, output) {
  const shape = [batchSize, 3, side, side];
  let data = new Float32Array(batchSize * 3 * side * side).fill(0.5);
  const read = stopwatch();
  for (let i = 0; i < 2 * steps; i++) {
    const answer = await session.run({ [input]: { type: 'float32', shape, data } }, [output], running);
    data = answer.feeds[input].data;
  }
  return read();
}

/** Milliseconds an image of a whole run, from the end of its first step on. */
async function wholeRun(root, encoder, workers, cache) {
  const options = {
    source: imageFolder({ root, extensions: ['jpg'], ...(cache && { cache }) }),
    plan: simclr({ size: side }),
    encoder,
    pairing: queue({ capacity: 4096 }),
    loss: infoNce(),
    ...{ seed: 1, batchSize, workers, reuse: true },
  };
  let read;
  let result;
  for await (const { step } of run(options)) {
    if (step === 0) read = stopwatch();
    if (step !== steps) continue;
    result = read();
    break;
  }
  // what was begun ahead is not given back: the model must be idle before the next turn
  await encoder.encode({ image: zeros([1, 3, side, side]) }, running);
  return result;
}
