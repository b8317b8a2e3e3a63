// InfoNCE and NT-Xent with gradients on one thread, float32 rows in, float64 inside.
import { pairs } from '@viewforge/core';
import { infoNce, ntXent } from '@viewforge/losses';
import { bothWays } from '@viewforge/pairings';
import { features } from '@viewforge/tensor';
import { seeded } from './simclr.mjs';
import { interleave, milliseconds } from './timing.mjs';

const width = 128;

/** Times everything in turns. Gives { name, notes, times: { name: ms }, ratios: [{ name, value, goal? }] }. */
export async function benchLosses({ rounds = 40 } = {}) {
  const views = { features: rows(256, 1), blend: { kind: 'identity' } };
  const others = { features: rows(256, 2), blend: { kind: 'identity' } };
  const items = Array.from({ length: 256 }, (_, i) => ({ id: `${i}` }));
  const encoded = { items, views: { view: [views, others] } };
  const progress = { epoch: 0, step: 0, fraction: 0 };
  const { batch } = bothWays().pair(encoded, null, progress);
  const queued = { ...pairs(views.features, others.features), keys: [others.features, rows(4096, 3)] };
  const contestants = [
    ['pair 2 x 256 both ways', () => milliseconds(() => bothWays().pair(encoded, null, progress))],
    ['NT-Xent 512 x 512, value', () => milliseconds(() => ntXent().measure(batch))],
    ['NT-Xent 512 x 512, gradients', () => milliseconds(() => ntXent().differentiate(batch))],
    ['InfoNCE 256 x (256 + 4096), value', () => milliseconds(() => infoNce().measure(queued))],
    ['InfoNCE 256 x (256 + 4096), gradients', () => milliseconds(() => infoNce().differentiate(queued))],
  ];
  await interleave(contestants, 3); // until everything is compiled and optimized
  const times = await interleave(contestants, rounds);
  return { name: `losses, d = ${width}`, notes: [], times, ratios: [] };
}

function rows(n, seed) {
  const uniform = seeded(seed);
  return features(
    Float32Array.from({ length: n * width }, () => 2 * uniform() - 1),
    n,
    width,
  );
}
