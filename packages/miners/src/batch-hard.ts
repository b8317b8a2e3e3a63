import { type ContrastBatch, defineMixer } from '@viewforge/core';
import { z } from 'zod';
import { distanceOptions, distancesOf } from './distances.ts';
import { farthest, nearest } from './extremes.ts';
import { keepTriplets } from './keep.ts';
import { sidesOf } from './sides.ts';

/**
 * One triplet for each query that has both: its farthest positive and its nearest negative, of equal ones the first. Nothing else is
 * seen, and triplets that the batch had are replaced. Extra negatives stay. `miningReport` tells what was left.
 * Throws ViewforgeError: SHAPE, or NOT_FINITE for a visible row that holds NaN or an infinity.
 */
export const batchHard = defineMixer({
  name: 'batch-hard',
  summary: 'Leave each query its farthest positive and its nearest negative.',
  reference: 'https://arxiv.org/abs/1703.07737',
  mixes: 'contrast',
  options: z.object(distanceOptions),
  draw: (_batch, options) => options,
  apply(batch: ContrastBatch, how) {
    const distances = distancesOf(batch, how, 'batch-hard');
    const sides = sidesOf(batch);
    const found = Array.from({ length: batch.queries.shape[0]! }, (_, row) => {
      const { positives, negatives } = sides(row);
      const away = distances(row);
      return [row, farthest(positives, away), nearest(negatives, away)] as const;
    }).filter(([, positive, negative]) => positive !== undefined && negative !== undefined);
    const column = (place: 0 | 1 | 2): Int32Array => Int32Array.from(found, (triplet) => triplet[place]!);
    return keepTriplets(batch, { queries: column(0), positives: column(1), negatives: column(2) });
  },
  pullback: (_batch, _params, gradients) => gradients,
});
