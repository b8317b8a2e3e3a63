import { type ContrastBatch, defineMixer, number } from '@viewforge/core';
import { z } from 'zod';
import { cosinesOf } from './distances.ts';
import { keepPairs } from './keep.ts';
import { sidesOf } from './sides.ts';

/**
 * The pairs that the other kind makes hard: positives with cosine < that of the nearest negative + margin, and negatives with
 * cosine > that of the farthest positive - margin. A query without positives keeps no negatives, and the other way round.
 * Triplets of the batch are left where both their columns are. Extra negatives stay. `miningReport` tells what was left.
 * Throws ViewforgeError: SHAPE, or NOT_FINITE for a visible row that holds NaN or an infinity.
 */
export const multiSimilarityPairs = defineMixer({
  name: 'multi-similarity-pairs',
  summary: 'Leave positives and negatives that are hard beside the hardest of the other kind.',
  reference: 'https://arxiv.org/abs/1904.06627',
  mixes: 'contrast',
  options: z.object({
    margin: number({
      default: 0.1,
      min: 0,
      max: 2,
      unit: 'cosine',
      doc: 'A pair is left that is easier than the hardest one of the other kind by less than this (epsilon).',
    }),
  }),
  draw: (_batch, options) => options,
  apply(batch: ContrastBatch, { margin }) {
    const cosines = cosinesOf(batch, 'multi-similarity-pairs');
    const sides = sidesOf(batch);
    const chosen = Array.from({ length: batch.queries.shape[0]! }, (_, row) => {
      const { positives, negatives } = sides(row);
      const scores = cosines(row);
      const highest = negatives.reduce((most, column) => Math.max(most, scores[column]!), Number.NEGATIVE_INFINITY);
      const lowest = positives.reduce((least, column) => Math.min(least, scores[column]!), Number.POSITIVE_INFINITY);
      return {
        positives: positives.filter((column) => scores[column]! - margin < highest),
        negatives: negatives.filter((column) => scores[column]! + margin > lowest),
      };
    });
    return keepPairs(batch, chosen);
  },
  pullback: (_batch, _params, gradients) => gradients,
});
