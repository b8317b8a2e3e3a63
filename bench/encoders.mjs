// The two encoders that are made in code, on batches of 20 images of 64 x 64 pixels: wall clock an image. And how much of the throughput of
// a bare session an encoder of 4.4 GMAC an item reaches in a run.
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageFolder } from '@viewforge/data';
import { infoNce } from '@viewforge/losses';
import { heavyNetworkCost, heavyNetworkModel, onnxEncoder, openSession, randomNetwork, scattering } from '@viewforge/onnx';
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

/**
 * A run (SimCLR views of photographs, an encoder of 4.4 GMAC an item, a queue, InfoNCE) against a loop over a session of the same model, in
 * turns on the same machine. Counted are steps after the first, so that neither start nor end is. Gives { name, notes, times, ratios }.
 */
export async function benchOverlap({ rounds = 40 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'viewforge-overlap-'));
  linkPhotographs(folder);
  const path = join(folder, 'heavy.onnx');
  writeFileSync(path, heavyNetworkModel({ seed: 1, width: 128 }));
  const encoder = onnxEncoder({ model: path, maxBatch: batchSize });
  const session = await openSession(
    { where: path, model: path, providers: ['cpu'], threads: availableParallelism(), spinning: false },
    running,
  );
  const contestants = [
    ['bare session', () => bare(session)],
    ['run, views on one worker', () => wholeRun(folder, encoder, 1)],
    ['run, views on this thread', () => wholeRun(folder, encoder, 0)],
  ];
  for (const [, work] of contestants) await work();
  const times = new Map(contestants.map(([name]) => [name, []]));
  for (let round = 0; round < Math.max(3, Math.ceil(rounds / 4)); round++) {
    const turn = round % 2 === 0 ? contestants : [...contestants].reverse();
    for (const [name, work] of turn) times.get(name).push(await work());
  }
  await encoder.close();
  await session.close();
  rmSync(folder, { recursive: true });
  const [alone, worker, here] = [...times.values()];
  const share = (other, what) => median(alone.map((each, i) => each[what] / other[i][what]));
  return {
    name: `encoder in a run, ${(heavyNetworkCost(side) / 1e9).toFixed(1)} GMAC an item of ${side} x ${side}, SimCLR views, queue, InfoNCE`,
    notes: [`per image; batches of ${batchSize}; shares are medians over rounds of pairs`],
    times: Object.fromEntries([...times].map(([name, each]) => [name, median(each.map(({ wall }) => wall))])),
    ratios: [
      {
        name: 'throughput of a bare session reached, views on one worker',
        value: share(worker, 'wall'),
        goal: 0.95,
        atLeast: true,
      },
      {
        name: 'throughput of a bare session reached, views on this thread',
        value: share(here, 'wall'),
        goal: 0.95,
        atLeast: true,
      },
      { name: 'its share of processor time, views on one worker', value: share(worker, 'processor') },
      { name: 'its share of processor time, views on this thread', value: share(here, 'processor') },
    ],
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
async function bare(session) {
  const shape = [batchSize, 3, side, side];
  let data = new Float32Array(batchSize * 3 * side * side).fill(0.5);
  const read = stopwatch();
  for (let i = 0; i < 2 * steps; i++) {
    const answer = await session.run({ image: { type: 'float32', shape, data } }, ['features'], running);
    data = answer.feeds.image.data;
  }
  return read();
}

/** Milliseconds an image of a whole run, from the end of its first step on. */
async function wholeRun(root, encoder, workers) {
  const options = {
    source: imageFolder({ root }),
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
  await encoder.encode({ image: zeros([1, 3, 32, 32]) }, running);
  return result;
}
