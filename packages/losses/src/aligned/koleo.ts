import { type AlignedBatch, defineLoss, number } from '@viewforge/core';
import { dotProducts } from '@viewforge/tensor';
import { z } from 'zod';
import { type Found, gradientsOf, reportOf } from '../found.ts';
import { type Rows, rowsPullback } from '../rows.ts';
import { meanOf, openViews, zeroRowsOf } from './views.ts';

/**
 * How crowded the rows of each view are: -ln(|u_i - u_j + epsilon| + epsilon) of every row, brought to length 1, and its nearest
 * neighbor j in the same view, mean over rows and views; `epsilon` is added to each of the d differences, too. Rows that spread
 * make it small. The neighbor is the row of largest cosine, the first of several.
 *
 * Gradients [n, d] flow to a row and to its neighbor, with respect to rows as given, before they are brought to length 1. Rows that
 * coincide (distance <= 1e-12) have no direction to part in, and no gradient from each other; a row of length <= 1e-12 has none.
 * One row alone has no neighbor: the value is 0. Targets are not looked at.
 *
 * `parts`: `nearest` (mean distance of nearest neighbors; NaN for one row), `zeroRows`. `perQuery`: the mean over views of each row.
 * Throws ViewforgeError: SHAPE without a view or where views do not fit, NOT_FINITE.
 */
export const koleo = defineLoss({
  name: 'koleo',
  summary: 'Push every row away from its nearest neighbor (KoLeo).',
  reference: 'https://arxiv.org/abs/1806.03198',
  measures: 'aligned',
  options: z.object({
    epsilon: number({ default: 1e-8, min: 0, open: 'min', unit: 'none', doc: 'Keeps the logarithm finite where rows coincide.' }),
  }),
  measure: (batch, options) => reportOf(find(batch, options), 'koleo'),
  differentiate: (batch, options) => gradientsOf(find(batch, options), 'koleo'),
});

function find(batch: AlignedBatch, { epsilon }: { readonly epsilon: number }): Found {
  const views = openViews(batch, { where: 'koleo', similarity: 'cosine', least: 1 });
  const { n } = views[0]!;
  const neighbors = views.map((rows) => neighborsOf(rows, epsilon));
  const perQuery = new Float64Array(n);
  neighbors.forEach(({ distances }) => {
    distances.forEach((distance, i) => {
      if (n > 1) perQuery[i] = perQuery[i]! - Math.log(distance + epsilon) / views.length;
    });
  });
  const nearest = n === 1 ? Number.NaN : meanOf(neighbors.map(({ distances }) => meanOf(distances)));
  return {
    value: meanOf(perQuery),
    perQuery,
    parts: { nearest, zeroRows: zeroRowsOf(views) },
    gradients: () => ({
      views: views.map((rows, v) => {
        const slopes = slopesOf(rows, neighbors[v]!, epsilon);
        return rowsPullback(rows, slopes, 1 / (n * views.length), batch.views[v]!, 'cosine');
      }),
    }),
  };
}

interface Neighbors {
  /** [n]; the nearest other row of each, -1 where there is none. */
  readonly nearest: Int32Array;
  /** [n]; |u_i - u_j + epsilon|. */
  readonly distances: Float64Array;
}

/** Rows that are compared at a time. */
const blockSize = 16;

function neighborsOf(rows: Rows, epsilon: number): Neighbors {
  const { n, d, data } = rows;
  const nearest = new Int32Array(n).fill(-1);
  const distances = new Float64Array(n);
  const products = new Float64Array(Math.min(blockSize, n) * n);
  for (let first = 0; first < n; first += blockSize) {
    const count = Math.min(blockSize, n - first);
    dotProducts({ rows, first, count }, rows, 1, { data: products, at: 0, stride: n });
    for (let i = 0; i < count; i++) nearest[first + i] = largestBut(products.subarray(i * n, i * n + n), first + i);
  }
  for (let i = 0; i < n && n > 1; i++) {
    let sum = 0;
    for (let e = 0, j = nearest[i]! * d; e < d; e++) sum += (data[i * d + e]! - data[j + e]! + epsilon) ** 2;
    distances[i] = Math.sqrt(sum);
  }
  return { nearest, distances };
}

function largestBut(numbers: Float64Array, left: number): number {
  let best = -1;
  for (let j = 0; j < numbers.length; j++) if (j !== left && (best === -1 || numbers[j]! > numbers[best]!)) best = j;
  return best;
}

/** [n, d]; slopes of the sum of -ln(distance + epsilon) over rows. */
function slopesOf({ n, d, data }: Rows, { nearest, distances }: Neighbors, epsilon: number): Float64Array {
  const slopes = new Float64Array(n * d);
  for (let i = 0; i < n && n > 1; i++) {
    const [a, b] = [i * d, nearest[i]! * d];
    let apart = 0;
    for (let e = 0; e < d; e++) apart += (data[a + e]! - data[b + e]!) ** 2;
    // epsilon may bring rows together that are apart: there the distance has a corner, too
    if (Math.sqrt(apart) <= 1e-12 || distances[i] === 0) continue;
    const factor = -1 / (distances[i]! * (distances[i]! + epsilon));
    for (let e = 0; e < d; e++) {
      const slope = factor * (data[a + e]! - data[b + e]! + epsilon);
      slopes[a + e] = slopes[a + e]! + slope;
      slopes[b + e] = slopes[b + e]! - slope;
    }
  }
  return slopes;
}
