// The InfoNCE family with its gradients, against torch: NT-Xent of N pairs of views (2 N rows against themselves), InfoNCE of N queries and
// N keys, and of 256 queries and a queue. Ours on one thread (WebAssembly) and through ONNX Runtime, torch with one thread and with all.
import { availableParallelism } from 'node:os';
import { pairs } from '@viewforge/core';
import { infoNce, ntXent } from '@viewforge/losses';
import { lossSession } from '@viewforge/onnx';
import { bothWays } from '@viewforge/pairings';
import { features } from '@viewforge/tensor';
import { seeded } from './simclr.mjs';
import { interleave, milliseconds } from './timing.mjs';

const width = 128;
const progress = { epoch: 0, step: 0, fraction: 0 };
const blend = { kind: 'identity' };

/** Times everything in turns. Gives { name, notes, times: { name: ms }, ratios: [{ name, value, goal? }] }. */
export async function benchLosses({ rounds = 40, peers } = {}) {
  const times = {};
  const ratios = [];
  const notes = [];
  for (const { name, count, loss, batch, request } of cases(rounds)) {
    const session = lossSession(loss, { from: 0 });
    const contestants = [
      ['one thread', () => warmed(() => loss.differentiate(batch))],
      ['ONNX Runtime', () => warmed(() => session.differentiate(batch))],
      ...(await torchContestants(peers, request, notes)),
    ];
    await interleave(contestants, Math.min(20, count)); // until everything is compiled and optimized
    const found = await interleave(contestants, count);
    await session.close();
    for (const [label, time] of Object.entries(found)) times[`${name}: ${label}`] = time;
    const best = (isTorch) =>
      Math.min(...Object.entries(found).flatMap(([label, time]) => (label.startsWith('torch') === isTorch ? [time] : [])));
    if (contestants.length > 2)
      ratios.push({ name: `${name}, ours / torch, each at its best`, value: best(false) / best(true), goal: 0.5 });
  }
  return { name: `losses with gradients, d = ${width}`, notes: [...new Set(notes)], times, ratios };
}

/** Milliseconds of the second of two calls in a row: the peer is asked once before its clock starts, too. */
async function warmed(work) {
  await work();
  return milliseconds(work);
}

function* cases(rounds) {
  for (const [n, share] of [
    [256, 1],
    [512, 1],
    [4096, 0.15],
  ]) {
    yield {
      name: `NT-Xent, ${n} pairs`,
      count: Math.max(3, Math.round(rounds * share)),
      loss: ntXent({ temperature: 0.1 }),
      batch: twoViews(n),
      request: { op: 'infonce', n, d: width },
    };
  }
  const n = 16_384;
  yield {
    name: `InfoNCE, ${n} x ${n}`,
    count: 3,
    loss: infoNce({ temperature: 0.1 }),
    batch: pairs(rows(n, 1), rows(n, 2)),
    request: { op: 'pairs', n, d: width },
  };
  yield {
    name: 'InfoNCE, 256 x (1 + queue of 65536)',
    count: Math.max(3, Math.round(rounds * 0.5)),
    loss: infoNce({ temperature: 0.2 }),
    batch: queued(256, 65_536),
    request: { op: 'queue', n: 256, keys: 65_536, d: width },
  };
}

async function torchContestants(peers, request, notes) {
  if (peers === undefined) return [];
  const ask = async (threads, count) => peers.ask({ ...request, threads, count });
  const { error } = await ask(1, 1);
  if (error !== undefined) {
    notes.push(`torch: ${error}`);
    return [];
  }
  const all = availableParallelism();
  return [...new Set([1, all])].map((threads) => [
    `torch, ${threads} thread${threads === 1 ? '' : 's'}`,
    async () => {
      const { seconds, count } = await ask(threads, 1);
      return (1000 * seconds) / count;
    },
  ]);
}

function twoViews(n) {
  const items = Array.from({ length: n }, (_, i) => ({ id: `${i}` }));
  const views = { view: [1, 2].map((seed) => ({ features: rows(n, seed), blend })) };
  return bothWays().pair({ items, views }, null, progress).batch;
}

/** Each query against its own key and a queue, neither of which learns; other keys of the batch are no negatives. */
function queued(n, k) {
  const own = rows(n, 2);
  const columns = new Int32Array(n * (n - 1));
  const offsets = new Int32Array(n + 1);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < n; j++) if (j !== i) columns[at++] = j;
    offsets[i + 1] = at;
  }
  const excluded = { kind: 'sparse', offsets, columns };
  return { ...pairs(rows(n, 1), own), keys: [own, rows(k, 3)], excluded, frozen: [true, true] };
}

function rows(n, seed) {
  const uniform = seeded(seed);
  return features(
    Float32Array.from({ length: n * width }, () => 2 * uniform() - 1),
    n,
    width,
  );
}
