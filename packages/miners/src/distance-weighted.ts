import { type ContrastBatch, defineMixer, number } from '@viewforge/core';
import { createRandom, seedOf } from '@viewforge/random';
import { z } from 'zod';
import { weightsOf } from './distance-weights.ts';
import { keepTriplets } from './keep.ts';
import { sidesOf } from './sides.ts';

/**
 * One negative at random for each positive of each query, near and far ones alike: a negative is the likelier, the rarer its distance would be among
 * points spread evenly over the sphere (`distanceWeights`). Gives triplets, and a query sees what is in its triplets alone; triplets that the
 * batch had are replaced. A query without positives, or whose negatives are all too far away, sees nothing. Extra negatives stay.
 * A query's draw depends on the seed and its row. `miningReport` tells what was left.
 * Throws ViewforgeError: SHAPE, or NOT_FINITE for a visible row that holds NaN or an infinity.
 */
export const distanceWeighted = defineMixer({
  name: 'distance-weighted',
  summary: 'Leave each positive one negative, drawn so that all distances are as likely.',
  reference: 'https://arxiv.org/abs/1706.07567',
  mixes: 'contrast',
  options: z.object({
    nearest: number({
      default: 0.5,
      min: 0,
      max: 2,
      open: 'both',
      unit: 'distance of unit rows',
      doc: 'Nearer negatives are as likely as those at this distance.',
    }),
    farthest: number({
      default: 1.4,
      min: 0,
      max: 2,
      open: 'min',
      unit: 'distance of unit rows',
      doc: 'Negatives at this distance or beyond are never drawn.',
    }),
  }),
  draw: (_batch, options, random) => ({ ...options, seed: seedOf(random) }),
  apply(batch: ContrastBatch, { seed, ...window }) {
    const weights = weightsOf(batch, window, 'distance-weighted');
    const sides = sidesOf(batch);
    const random = createRandom(seed);
    const found: [number[], number[], number[]] = [[], [], []];
    for (let row = 0; row < batch.queries.shape[0]!; row++) {
      const ofRow = sides(row);
      const shares = weights(row, ofRow);
      if (!shares.some((share) => share > 0)) continue;
      const stream = random.fork(row);
      for (const positive of ofRow.positives) {
        found[0].push(row);
        found[1].push(positive);
        found[2].push(ofRow.negatives[drawn(shares, stream.uniform(0, 1))]!);
      }
    }
    const [queries, positives, negatives] = found.map((each) => Int32Array.from(each)) as [Int32Array, Int32Array, Int32Array];
    return keepTriplets(batch, { queries, positives, negatives });
  },
  pullback: (_batch, _params, gradients) => gradients,
});

/** The place among shares that sum to 1 where their running sum passes `u` in [0, 1); never one with share 0. */
function drawn(shares: Float64Array, u: number): number {
  let [sum, last] = [0, 0];
  for (const [place, share] of shares.entries()) {
    if (share === 0) continue;
    sum += share;
    last = place;
    if (u < sum) return place;
  }
  return last; // rounding may leave the sum below 1
}
