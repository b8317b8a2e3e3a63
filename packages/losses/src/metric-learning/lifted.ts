import { defineLoss, number } from '@viewforge/core';
import { z } from 'zod';
import { type DistanceName, distanceOptions, distances } from './distances.ts';
import { logSum } from './log-sum.ts';
import { differentiatePairs, measurePairs } from './pair-loss.ts';
import type { TableSettings } from './pair-table.ts';
import { type QueryTerm, queryMean } from './query-mean.ts';

/**
 * relu(ln(sum over positives of e^(d - positiveMargin)) + ln(sum over negatives of e^(negativeMargin - d))) of each query: the
 * lifted structure loss over all positives and negatives at once. With `inner-product` both signs change. Extras are negatives.
 *
 * The value is the mean, by `queryWeights`, over queries with a positive, which `perQuery` tells; a query without negatives
 * counts as 0. Gradients flow to queries, keys and extras, with respect to rows as given, none where a term is 0
 * or a distance or the length of a row <= 1e-12.
 *
 * `parts`: `positive`, `negative` (mean distance), `positivePairs`, `negativePairs`, `queries`, `zeroRows`. Throws ViewforgeError: SHAPE, NOT_FINITE.
 */
export const lifted = defineLoss({
  name: 'lifted',
  summary: 'Compare all positives with all negatives of a query at once (generalized lifted structure loss).',
  reference: 'https://arxiv.org/abs/1703.07737',
  options: z.object({
    positiveMargin: number({ default: 0, unit: 'of the distance', doc: 'Taken off the distance of positives.' }),
    negativeMargin: number({ default: 1, unit: 'of the distance', doc: 'How far negatives should be.' }),
    ...distanceOptions('euclidean'),
  }),
  measure: (batch, options) => measurePairs(batch, settingsOf(options), queryMean(termOf(options))),
  differentiate: (batch, options) => differentiatePairs(batch, settingsOf(options), queryMean(termOf(options))),
});

interface Options {
  readonly positiveMargin: number;
  readonly negativeMargin: number;
  readonly distance: DistanceName;
  readonly rows: 'unit' | 'raw';
}

function settingsOf({ distance, rows }: Options): TableSettings {
  return { where: 'lifted', distance, rows, visits: 'with-positives' };
}

function termOf({ positiveMargin, negativeMargin, distance }: Options): QueryTerm {
  const { sign } = distances[distance];
  return ({ apart, positives, negatives }, slopes) => {
    const near = Float64Array.from(positives, (column) => apart[column]! - sign * positiveMargin);
    const far = Float64Array.from(negatives, (column) => sign * negativeMargin - apart[column]!);
    const both = logSum(near) + logSum(far);
    if (!(both > 0)) return 0;
    for (const [p, column] of positives.entries()) slopes[column] = near[p]!;
    for (const [q, column] of negatives.entries()) slopes[column] = -far[q]!;
    return both;
  };
}
