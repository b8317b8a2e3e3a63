import { type ContrastBatch, defineMixer, number } from '@viewforge/core';
import { z } from 'zod';
import { distanceOptions, distancesOf } from './distances.ts';
import { keepPairs } from './keep.ts';
import { sidesOf } from './sides.ts';

/**
 * The pairs that a contrastive loss still has something to do with: positives farther away than one margin, negatives nearer
 * than another, each for itself. A query may be left with one kind alone. Triplets of the batch are left where both their columns are.
 * Extra negatives stay. `miningReport` tells what was left.
 * Throws ViewforgeError: SHAPE, or NOT_FINITE for a visible row that holds NaN or an infinity.
 */
export const pairMargins = defineMixer({
  name: 'pair-margins',
  summary: 'Leave positives farther away than a margin and negatives nearer than one.',
  mixes: 'contrast',
  options: z.object({
    positiveMargin: number({ default: 0.2, min: 0, unit: 'distance', doc: 'Positives farther away than this are left.' }),
    negativeMargin: number({ default: 0.8, min: 0, unit: 'distance', doc: 'Negatives nearer than this are left.' }),
    ...distanceOptions,
  }),
  draw: (_batch, options) => options,
  apply(batch: ContrastBatch, { positiveMargin, negativeMargin, ...how }) {
    const distances = distancesOf(batch, how, 'pair-margins');
    const sides = sidesOf(batch);
    const chosen = Array.from({ length: batch.queries.shape[0]! }, (_, row) => {
      const { positives, negatives } = sides(row);
      const away = distances(row);
      return {
        positives: positives.filter((column) => away[column]! > positiveMargin),
        negatives: negatives.filter((column) => away[column]! < negativeMargin),
      };
    });
    return keepPairs(batch, chosen);
  },
  pullback: (_batch, _params, gradients) => gradients,
});
