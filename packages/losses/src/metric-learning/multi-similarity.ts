import { defineLoss, number } from '@viewforge/core';
import { z } from 'zod';
import { type DistanceName, distanceOptions, distances } from './distances.ts';
import { logSum } from './log-sum.ts';
import { differentiatePairs, measurePairs } from './pair-loss.ts';
import type { TableSettings } from './pair-table.ts';
import { type QueryTerm, queryMean } from './query-mean.ts';

/**
 * ln(1 + sum over positives of e^(-alpha (s - base))) / alpha + ln(1 + sum over negatives of e^(beta (s - base))) / beta of each
 * query: pairs are weighted by how hard they are by themselves and beside the others. alpha is `positiveScale`, beta `negativeScale`.
 * With a distance in the place of a similarity both signs change. Extras are negatives.
 *
 * The value is the mean, by `queryWeights`, over queries with a positive, which `perQuery` tells; 0 where there is none, and only the first
 * term where a query has no negatives. Gradients flow to queries, keys and extras, with respect to rows as given, none where a
 * distance or the length of a row is <= 1e-12.
 *
 * `parts`: `positive`, `negative` (mean similarity), `positivePairs`, `negativePairs`, `queries`, `zeroRows`. Throws ViewforgeError: SHAPE, NOT_FINITE.
 */
export const multiSimilarity = defineLoss({
  name: 'multi-similarity',
  summary: 'Weight each pair by its own similarity and those beside it (multi-similarity loss).',
  reference: 'https://arxiv.org/abs/1904.06627',
  options: z.object({
    positiveScale: number({
      default: 2,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'How much harder positives outweigh others (alpha).',
    }),
    negativeScale: number({
      default: 50,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'How much harder negatives outweigh others (beta).',
    }),
    base: number({
      default: 0.5,
      unit: 'of the similarity',
      doc: 'Where a pair begins to count (lambda).',
    }),
    ...distanceOptions('inner-product'),
  }),
  measure: (batch, options) => measurePairs(batch, settingsOf(options), queryMean(termOf(options))),
  differentiate: (batch, options) => differentiatePairs(batch, settingsOf(options), queryMean(termOf(options))),
});

interface Options {
  readonly positiveScale: number;
  readonly negativeScale: number;
  readonly base: number;
  readonly distance: DistanceName;
  readonly rows: 'unit' | 'raw';
}

function settingsOf({ distance, rows }: Options): TableSettings {
  return { where: 'multi-similarity', distance, rows, visits: 'with-positives' };
}

function termOf({ positiveScale, negativeScale, base, distance }: Options): QueryTerm {
  const threshold = distances[distance].sign * base;
  return ({ apart, positives, negatives }, slopes) => {
    const near = Float64Array.from(positives, (column) => positiveScale * (apart[column]! - threshold));
    const far = Float64Array.from(negatives, (column) => negativeScale * (threshold - apart[column]!));
    const value = logSum(near, 0) / positiveScale + logSum(far, 0) / negativeScale;
    for (const [p, column] of positives.entries()) slopes[column] = near[p]!;
    for (const [q, column] of negatives.entries()) slopes[column] = -far[q]!;
    return value;
  };
}
