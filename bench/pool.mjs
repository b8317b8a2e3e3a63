// What the pool itself costs a view, and how long an abort takes while every worker is busy.
import { imageFolder } from '@viewforge/data';
import { views } from '@viewforge/run';
import { photoFolder } from './peers/peer.mjs';
import { nothings, twoReady } from './ready-views.mjs';
import { simclr } from './simclr.mjs';
import { interleave, median } from './timing.mjs';

const items = 512;

/** Gives { name, notes, times in ms, ratios }. */
export async function benchPool({ rounds = 40 } = {}) {
  const turns = Math.max(4, Math.ceil(rounds / 4));
  const sides = [
    ['a view of 1x1', 1],
    ['a view of 224x224', 224],
  ];
  const ways = [
    ['main thread', 0],
    ['1 worker', 1],
  ];
  const contestants = sides.flatMap(([what, size]) =>
    ways.map(([how, workers]) => [`${what}, ${how}`, openRun(size, workers, turns + 3)]),
  );
  const all = await interleaved(contestants, turns);
  const aborts = await abortTimes(turns);
  const overhead = all['a view of 224x224, 1 worker'] - all['a view of 224x224, main thread'];
  return {
    name: 'the pool: views that cost nothing to make, wall clock a view; and aborts',
    notes: ['a view of 224x224 is copied once, 602 kB, by whoever makes it'],
    times: {
      ...all,
      'from abort to rejection, median': median(aborts),
      'from abort to rejection, longest': Math.max(...aborts),
    },
    ratios: [
      { name: 'ring overhead, ms a view of 224x224', value: Math.max(0, overhead), goal: 0.02 },
      { name: 'longest abort, ms', value: Math.max(...aborts), goal: 100 },
    ],
  };
}

async function interleaved(contestants, turns) {
  const opened = await Promise.all(contestants.map(async ([name, run]) => [name, await run]));
  const times = await interleave(
    opened.map(([name, { turn }]) => [name, turn]),
    turns + 1,
  );
  for (const [, { close }] of opened) await close();
  return times;
}

async function openRun(size, workers, epochs) {
  const source = nothings({ count: items });
  const steps = views({ source, plan: twoReady(size), seed: 1, epochs: epochs + 2, batchSize: 16, workers, reuse: true });
  await steps.next();
  const turn = async () => {
    const begin = performance.now();
    let made = 0;
    while (made < 2 * items) {
      const { value } = await steps.next();
      made += 2 * value.items.length;
    }
    return (performance.now() - begin) / made;
  };
  return { turn, close: () => steps.return() };
}

/** Milliseconds from an abort to the rejection of the step that was asked for, in the middle of a batch. */
async function abortTimes(count) {
  const times = [];
  for (let i = 0; i < count; i++) {
    const controller = new AbortController();
    const source = imageFolder({ root: photoFolder().folder });
    const steps = views({ source, plan: simclr, seed: i, epochs: 100, batchSize: 16, workers: 2, signal: controller.signal });
    for (let step = 0; step < 8; step++) await steps.next();
    const next = steps.next();
    await new Promise((resolve) => setTimeout(resolve, 1 + (i % 7)));
    const begin = performance.now();
    controller.abort();
    await next.catch(() => {});
    times.push(performance.now() - begin);
  }
  return times;
}
