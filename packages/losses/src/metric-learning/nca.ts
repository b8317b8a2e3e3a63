import { defineLoss, number } from '@viewforge/core';
import { z } from 'zod';
import { logistic, softplus } from '../row-rule.ts';
import { type DistanceName, distanceOptions } from './distances.ts';
import { logSum } from './log-sum.ts';
import { differentiatePairs, measurePairs } from './pair-loss.ts';
import type { TableSettings } from './pair-table.ts';
import { type QueryTerm, queryMean } from './query-mean.ts';

/**
 * How surprising, in nats, it is that a neighbor drawn with probability softmax(-scale * d) is a positive: -ln of the share that all positives
 * of a query have together (neighborhood components analysis). With `inner-product` it is softmax(scale * s), which is InfoNCE
 * with the positives as a sum and a temperature of 1 / scale. Extras are negatives.
 *
 * The value is the mean, by `queryWeights`, over queries with a positive, which `perQuery` tells; a query without negatives
 * counts as 0. Gradients flow to queries, keys and extras, with respect to rows as given, none where a distance or
 * the length of a row is <= 1e-12.
 *
 * `parts`: `positive`, `negative` (mean distance), `positivePairs`, `negativePairs`, `queries`, `zeroRows`. Throws ViewforgeError: SHAPE, NOT_FINITE.
 *
 * The paper of Goldberger, Roweis, Hinton and Salakhutdinov, Neighbourhood Components Analysis (2004), has the mean of the share itself; the
 * logarithm is its other criterion.
 */
export const nca = defineLoss({
  name: 'nca',
  summary: 'Make a neighbor drawn by distance a positive (neighborhood components analysis).',
  options: z.object({
    scale: number({ default: 1, min: 0, open: 'min', unit: 'none', doc: 'Distances are multiplied by it before the softmax.' }),
    ...distanceOptions('squared-euclidean'),
  }),
  measure: (batch, options) => measurePairs(batch, settingsOf(options), queryMean(termOf(options))),
  differentiate: (batch, options) => differentiatePairs(batch, settingsOf(options), queryMean(termOf(options))),
});

interface Options {
  readonly scale: number;
  readonly distance: DistanceName;
  readonly rows: 'unit' | 'raw';
}

function settingsOf({ distance, rows }: Options): TableSettings {
  return { where: 'nca', distance, rows, visits: 'with-positives' };
}

function termOf({ scale }: Options): QueryTerm {
  return ({ apart, positives, negatives }, slopes) => {
    const near = Float64Array.from(positives, (column) => -scale * apart[column]!);
    const far = Float64Array.from(negatives, (column) => -scale * apart[column]!);
    const positive = logSum(near);
    const gap = logSum(far) - positive;
    const missed = logistic(gap); // the share of all negatives
    for (const [p, column] of positives.entries()) slopes[column] = scale * missed * near[p]!;
    for (const [q, column] of negatives.entries()) slopes[column] = -scale * missed * far[q]!;
    return softplus(gap);
  };
}
