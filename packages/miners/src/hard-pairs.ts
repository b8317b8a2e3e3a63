import { type ContrastBatch, countKeys, defineMixer, number } from '@viewforge/core';
import { z } from 'zod';
import { distanceOptions, distancesOf } from './distances.ts';
import { keepPairs } from './keep.ts';
import { sidesOf } from './sides.ts';

/**
 * The hardest share of all pairs of the batch, whoever's they are: the farthest positives and the nearest negatives, of each kind
 * the share rounded down; of equally hard ones those of the first queries and columns. A query may be left with one kind alone, or with
 * nothing. Triplets of the batch are left where both their columns are. Extra negatives stay. Holds a distance for every pair, so it
 * is meant for batches, not for long queues. `miningReport` tells what was left.
 * Throws ViewforgeError: SHAPE, or NOT_FINITE for a visible row that holds NaN or an infinity.
 */
export const hardPairs = defineMixer({
  name: 'hard-pairs',
  summary: 'Leave the hardest share of all positive and of all negative pairs of the batch.',
  reference: 'https://arxiv.org/abs/1611.05720',
  mixes: 'contrast',
  options: z.object({
    share: number({ default: 0.5, min: 0, max: 1, unit: 'share of pairs', doc: 'So much of each kind is left.' }),
    ...distanceOptions,
  }),
  draw: (_batch, options) => options,
  apply(batch: ContrastBatch, { share, ...how }) {
    const distances = distancesOf(batch, how, 'hard-pairs');
    const rows = Array.from({ length: batch.queries.shape[0]! }, (_, row) => row);
    const sides = rows.map(sidesOf(batch));
    const k = countKeys(batch);
    const away = new Float64Array(rows.length * k);
    for (const row of rows) away.set(distances(row), row * k);
    const positives = hardest(
      sides.map((each) => each.positives),
      away.map((distance) => -distance),
      share,
      k,
    );
    const negatives = hardest(
      sides.map((each) => each.negatives),
      away,
      share,
      k,
    );
    return keepPairs(
      batch,
      rows.map((row) => ({ positives: positives[row]!, negatives: negatives[row]! })),
    );
  },
  pullback: (_batch, _params, gradients) => gradients,
});

/** Of columns by row: the share of all of them that has the smallest values, which lie at `row * k + column`. */
function hardest(columns: readonly (readonly number[])[], values: Float64Array, share: number, k: number): number[][] {
  const all = Float64Array.from(columns.flatMap((row, i) => row.map((column) => values[i * k + column]!))).sort();
  const count = Math.floor(all.length * share);
  if (count === 0) return columns.map(() => []);
  const limit = all[count - 1]!;
  let equals = count - all.indexOf(limit);
  return columns.map((row, i) =>
    row.filter((column) => {
      const value = values[i * k + column]!;
      return value < limit || (value === limit && equals-- > 0);
    }),
  );
}
