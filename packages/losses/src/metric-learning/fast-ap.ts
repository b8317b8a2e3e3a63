import { defineLoss, integer } from '@viewforge/core';
import { z } from 'zod';
import { differentiatePairs, measurePairs } from './pair-loss.ts';
import type { TableSettings } from './pair-table.ts';
import { type QueryTerm, queryMean } from './query-mean.ts';

/**
 * 1 - average precision of the ranking of keys by distance, of each query, with ranks from soft histograms of squared distances of rows of length
 * 1: bins are centered at 0, 4 / bins, .., 4, and each column counts in the two nearest. Extras are negatives.
 *
 * The value is the mean, by `queryWeights`, over queries with a positive, which `perQuery` tells, in [0, 1); a query without negatives
 * counts as 0. Gradients flow to queries, keys and extras, with respect to rows as given, none for rows of length <= 1e-12. It is piecewise
 * smooth: at the center of a bin the derivative is that toward larger distances.
 *
 * `parts`: `positive`, `negative` (mean squared distance), `positivePairs`, `negativePairs`, `queries`, `zeroRows`. Throws ViewforgeError: SHAPE, NOT_FINITE.
 *
 * Cakir, He, Xia, Kulis and Sclaroff, Deep Metric Learning to Rank (2019).
 */
export const fastAp = defineLoss({
  name: 'fast-ap',
  summary: 'Rank positives before negatives: one minus a smooth average precision (FastAP).',
  options: z.object({
    bins: integer({
      default: 10,
      min: 1,
      max: 10000,
      unit: 'bins',
      doc: 'Into how many the range of squared distances, 0 to 4, is parted.',
    }),
  }),
  measure: (batch, options) => measurePairs(batch, settings, queryMean(termOf(options))),
  differentiate: (batch, options) => differentiatePairs(batch, settings, queryMean(termOf(options))),
});

const settings: TableSettings = { where: 'fast-ap', distance: 'squared-euclidean', rows: 'unit', visits: 'with-positives' };

function termOf({ bins }: { readonly bins: number }): QueryTerm {
  const width = 4 / bins;
  return ({ apart, positives, negatives }, slopes) => {
    if (negatives.length === 0) return 0;
    const near = histogramOf(apart, positives, bins);
    const far = histogramOf(apart, negatives, bins);
    const { precision, nearSlopes, farSlopes } = averagePrecision(near, far, positives.length);
    for (const [columns, along] of [[positives, nearSlopes] as const, [negatives, farSlopes] as const]) {
      for (const column of columns) {
        const { bin } = placeOf(apart[column]!, bins);
        slopes[column] = -(along[bin + 1]! - along[bin]!) / width;
      }
    }
    return Math.max(0, 1 - precision); // but for rounding it is never below
  };
}

/** The lower of the two bins that a squared distance counts in, and its share in the upper one. */
function placeOf(squared: number, bins: number): { readonly bin: number; readonly share: number } {
  const at = Math.min(bins, (squared * bins) / 4);
  const bin = Math.min(bins - 1, Math.floor(at));
  return { bin, share: at - bin };
}

function histogramOf(apart: Float64Array, columns: readonly number[], bins: number): Float64Array {
  const histogram = new Float64Array(bins + 1);
  for (const column of columns) {
    const { bin, share } = placeOf(apart[column]!, bins);
    histogram[bin] = histogram[bin]! + 1 - share;
    histogram[bin + 1] = histogram[bin + 1]! + share;
  }
  return histogram;
}

interface Precision {
  readonly precision: number;
  /** Derivatives by the histograms. */
  readonly nearSlopes: Float64Array;
  readonly farSlopes: Float64Array;
}

/** Sum over bins of h H / T / positives: positives in a bin, up to it, and all columns up to it. */
function averagePrecision(near: Float64Array, far: Float64Array, positives: number): Precision {
  const [nearUpTo, allUpTo] = [running(near), running(near.map((each, bin) => each + far[bin]!))];
  const nearSlopes = new Float64Array(near.length);
  const farSlopes = new Float64Array(near.length);
  let [precision, later, laterAll] = [0, 0, 0];
  for (let bin = near.length - 1; bin >= 0; bin--) {
    const all = allUpTo[bin]!;
    if (all > 0) {
      const share = nearUpTo[bin]! / all;
      precision += (near[bin]! * share) / positives;
      later += near[bin]! / all;
      laterAll += (near[bin]! * share) / all;
      nearSlopes[bin] = (share + later - laterAll) / positives;
    }
    farSlopes[bin] = -laterAll / positives;
  }
  return { precision, nearSlopes, farSlopes };
}

function running(histogram: Float64Array): Float64Array {
  let sum = 0;
  return histogram.map((each) => (sum += each));
}
