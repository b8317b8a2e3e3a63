import { type AlignedBatch, defineLoss, number } from '@viewforge/core';
import type { Matrix } from '@viewforge/tensor';
import { z } from 'zod';
import { type Found, gradientsOf, reportOf } from '../found.ts';
import { rowsPullback } from '../rows.ts';
import { crossProducts, transposed, weightedColumns, weightedRows } from './matrices.ts';
import { addScaled, meanOf, openViews, pairsOf } from './views.ts';

/**
 * How far the cross-correlation C [d, d] of two views is from the identity: the sum over i of (C_ii - 1)^2 plus
 * `redundancyWeight` times the sum over i != j of C_ij^2, all times `scale`. Columns are standardized over the batch as batch
 * normalization does it, with the biased variance and 1e-5 below the root. Of more than two views, the mean over every two of them.
 * In [0, scale * (d + redundancyWeight * d * (d - 1))], up to rounding.
 *
 * Gradients [n, d] flow to every view, with respect to the numbers as given; a column that does not vary has none. One row alone
 * has no variance: it counts as standardized to 0, so that the value is d * scale. Targets are not looked at. Memory grows with views * n * d and
 * d * d, not with the number of pairs of views.
 *
 * `parts`: `diagonal` and `redundancy` (the two sums, before the weight and the scale), `constantColumns` (over all views).
 * Throws ViewforgeError: SHAPE with fewer than two views or views that do not fit, NOT_FINITE.
 */
export const barlowTwins = defineLoss({
  name: 'barlow-twins',
  summary: 'Make the columns of two views correlate each with itself and with no other (Barlow Twins).',
  reference: 'https://arxiv.org/abs/2103.03230',
  measures: 'aligned',
  options: z.object({
    redundancyWeight: number({
      default: 0.0051,
      min: 0,
      unit: 'none',
      doc: 'How much correlations of different columns count; lambda in the paper.',
    }),
    scale: number({
      default: 1,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'The value is multiplied by it; the code of the paper takes 0.024, to suit its optimizer.',
    }),
  }),
  measure: (batch, options) => reportOf(find(batch, options, 'value'), 'barlow-twins'),
  differentiate: (batch, options) => gradientsOf(find(batch, options, 'gradients'), 'barlow-twins'),
});

interface Weights {
  readonly redundancyWeight: number;
  readonly scale: number;
}

/** Goes from pair to pair of views, so that one cross-correlation [d, d] is held at a time. */
function find(batch: AlignedBatch, { redundancyWeight, scale }: Weights, wanted: 'value' | 'gradients'): Found {
  const views = openViews(batch, { where: 'barlow-twins', similarity: 'dot', least: 2 });
  const columns = views.map(standardize);
  const pairs = pairsOf(views.length);
  const slopes = wanted === 'gradients' ? columns.map(({ data }) => new Float64Array(data.length)) : [];
  const sums = pairs.map(([v, w]) => {
    const correlation = crossProducts(columns[v]!, columns[w]!, 1 / views[0]!.n);
    if (wanted === 'gradients') {
      const weights = slopesOf(correlation, redundancyWeight);
      addScaled(slopes[v]!, weightedRows(weights, columns[w]!), 1);
      addScaled(slopes[w]!, weightedColumns(weights, columns[v]!), 1);
    }
    return twoSums(correlation);
  });
  const [diagonal, redundancy] = [meanOf(sums.map((each) => each.diagonal)), meanOf(sums.map((each) => each.redundancy))];
  return {
    value: scale * (diagonal + redundancyWeight * redundancy),
    perQuery: new Float64Array(0),
    parts: { diagonal, redundancy, constantColumns: columns.reduce((count, { constant }) => count + constant, 0) },
    gradients: () => {
      const factor = scale / (pairs.length * views[0]!.n);
      const back = columns.map((each, v) => transposed(standardizePullback(each, slopes[v]!)).data);
      return { views: views.map((rows, v) => rowsPullback(rows, back[v]!, factor, batch.views[v]!, 'dot')) };
    },
  };
}

/** Columns as rows [d, n], each of mean 0 and variance below 1. */
interface Standardized extends Matrix {
  /** [d]; what each was divided by: sqrt(variance + 1e-5). */
  readonly deviations: Float64Array;
  /** How many do not vary, but for rounding. */
  readonly constant: number;
}

function standardize(rows: Matrix): Standardized {
  const columns = transposed(rows);
  const { data, n: d, d: n } = columns;
  const deviations = new Float64Array(d);
  let constant = 0;
  for (let column = 0; column < d; column++) {
    const numbers = data.subarray(column * n, column * n + n);
    const mean = meanOf(numbers);
    const variance = meanOf(numbers.map((each) => (each - mean) ** 2));
    if (variance <= 1e-24 * mean * mean) constant++;
    deviations[column] = Math.sqrt(variance + 1e-5);
    for (let i = 0; i < n; i++) numbers[i] = (numbers[i]! - mean) / deviations[column]!;
  }
  return { ...columns, deviations, constant };
}

/**
 * From slopes of standardized columns a to slopes of columns: (g - a * mean(g * a)) / deviation. The mean of g would be taken off, too,
 * but slopes that are sums of standardized columns have mean 0.
 */
function standardizePullback({ data: a, n: d, d: n, deviations }: Standardized, slopes: Float64Array): Matrix {
  const data = new Float64Array(slopes.length);
  for (let column = 0; column < d; column++) {
    const from = column * n;
    let along = 0;
    for (let i = from; i < from + n; i++) along += (slopes[i]! * a[i]!) / n;
    for (let i = from; i < from + n; i++) data[i] = (slopes[i]! - a[i]! * along) / deviations[column]!;
  }
  return { data, n: d, d: n };
}

function twoSums(correlation: Float64Array): { readonly diagonal: number; readonly redundancy: number } {
  const d = Math.sqrt(correlation.length);
  let [diagonal, redundancy] = [0, 0];
  correlation.forEach((each, at) => {
    if (at % (d + 1) === 0) diagonal += (each - 1) ** 2;
    else redundancy += each * each;
  });
  return { diagonal, redundancy };
}

function slopesOf(correlation: Float64Array, redundancyWeight: number): Float64Array {
  const d = Math.sqrt(correlation.length);
  return correlation.map((each, at) => (at % (d + 1) === 0 ? 2 * (each - 1) : 2 * redundancyWeight * each));
}
