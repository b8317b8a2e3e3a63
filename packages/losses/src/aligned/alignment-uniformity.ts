import { type AlignedBatch, defineLoss, number } from '@viewforge/core';
import { dotProducts, type MatrixSpan } from '@viewforge/tensor';
import { z } from 'zod';
import { type Found, gradientsOf, reportOf } from '../found.ts';
import { addKeys } from '../products.ts';
import { type Rows, rowsPullback } from '../rows.ts';
import { addScaled, type Meeting, meanOf, openViews, pairsOf, zeroRowsOf } from './views.ts';

/**
 * Alignment, the mean of |u_i - v_i|^power over rows and every two views, and uniformity, ln of the mean of
 * e^(-sharpness * |u_i - u_j|^2) over all pairs of rows of a view, mean over views: each times its weight, on rows of length 1.
 * Alignment is in [0, 2^power], uniformity in [-4 * sharpness, 0]. With a weight of 0 the other term stands alone, and uniformity
 * alone needs one view.
 *
 * Gradients [n, d] flow to every view, with respect to rows as given, before they are brought to length 1. Rows that coincide have
 * none from their alignment, also for a power <= 1. A row of length <= 1e-12 has none. The uniformity of one row is 0. Targets are
 * not looked at. Memory grows with n, not with n * n; time with n * n unless `uniformityWeight` is 0.
 *
 * `parts`: `alignment` (NaN for one view), `uniformity` (NaN where its weight is 0), before the weights, `zeroRows`.
 * Throws ViewforgeError: SHAPE where views are missing or do not fit, NOT_FINITE.
 */
export const alignmentUniformity = defineLoss({
  name: 'alignment-uniformity',
  summary: 'Bring views together and spread rows evenly over the sphere (alignment and uniformity).',
  reference: 'https://arxiv.org/abs/2005.10242',
  measures: 'aligned',
  options: z.object({
    power: number({
      default: 2,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'Distances of views are taken to this power; alpha in the paper.',
    }),
    sharpness: number({
      default: 2,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'Of the Gaussian potential between two rows; t in the paper.',
    }),
    alignmentWeight: number({ default: 1, min: 0, unit: 'none', doc: 'How much distances of views count.' }),
    uniformityWeight: number({ default: 1, min: 0, unit: 'none', doc: 'How much the crowding of rows counts.' }),
  }),
  measure: (batch, options) => reportOf(find(batch, options), 'alignment-uniformity'),
  differentiate: (batch, options) => gradientsOf(find(batch, options), 'alignment-uniformity'),
});

interface Options {
  readonly power: number;
  readonly sharpness: number;
  readonly alignmentWeight: number;
  readonly uniformityWeight: number;
}

function find(batch: AlignedBatch, { power, sharpness, alignmentWeight, uniformityWeight }: Options): Found {
  const least = alignmentWeight > 0 ? 2 : 1;
  const views = openViews(batch, { where: 'alignment-uniformity', similarity: 'cosine', least });
  const pairs = pairsOf(views.length);
  const { n } = views[0]!;
  const distances = pairs.map((pair) => distancesOf(views, pair));
  const alignment = meanOf(distances.map((each) => meanOf(each.map((distance) => distance ** power))));
  const isSpread = uniformityWeight > 0; // n^2 comparisons for nothing otherwise
  const crowding = isSpread ? views.map((rows) => logCrowding(rows, sharpness)) : [];
  const uniformity = n === 1 ? 0 : meanOf(crowding) - Math.log(n * (n - 1));
  return {
    value: alignmentWeight * alignment + (isSpread ? uniformityWeight * uniformity : 0),
    perQuery: new Float64Array(0),
    parts: {
      alignment: pairs.length === 0 ? Number.NaN : alignment,
      uniformity: isSpread ? uniformity : Number.NaN,
      zeroRows: zeroRowsOf(views),
    },
    gradients: () => {
      const slopes = views.map(({ data }) => new Float64Array(data.length));
      const factor = (alignmentWeight * power) / (n * pairs.length);
      pairs.forEach((pair, p) => {
        addAlignment(views, pair, slopes, { distances: distances[p]!, factor, power });
      });
      if (n > 1 && isSpread) {
        views.forEach((rows, v) => {
          addScaled(slopes[v]!, crowdingSlopes(rows, sharpness, crowding[v]!), uniformityWeight / views.length);
        });
      }
      return { views: views.map((rows, v) => rowsPullback(rows, slopes[v]!, 1, batch.views[v]!, 'cosine')) };
    },
  };
}

/** [n]; |u_i - v_i|. */
function distancesOf(views: readonly Rows[], [v, w]: Meeting): Float64Array {
  const [{ data: a, n, d }, { data: b }] = [views[v]!, views[w]!];
  return Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let e = i * d; e < i * d + d; e++) sum += (a[e]! - b[e]!) ** 2;
    return Math.sqrt(sum);
  });
}

interface Pull {
  readonly distances: Float64Array;
  readonly factor: number;
  readonly power: number;
}

/** In place: slopes of both views gain factor * |u - v|^(power - 2) * (u - v), of either sign. */
function addAlignment(
  views: readonly Rows[],
  [v, w]: Meeting,
  slopes: readonly Float64Array[],
  { distances, factor, power }: Pull,
): void {
  const [{ data: a, n, d }, { data: b }] = [views[v]!, views[w]!];
  const [first, second] = [slopes[v]!, slopes[w]!];
  for (let i = 0; i < n; i++) {
    if (distances[i]! <= 1e-12) continue;
    const scale = factor * distances[i]! ** (power - 2);
    for (let e = i * d; e < i * d + d; e++) {
      const slope = scale * (a[e]! - b[e]!);
      first[e] = first[e]! + slope;
      second[e] = second[e]! - slope;
    }
  }
}

/** Rows that are compared at a time. */
const blockSize = 16;

/** Calls `visit` with spans of rows and their potentials -sharpness * |u_i - u_j|^2 [count, n], -Infinity for a row and itself. */
function eachPotential(rows: Rows, sharpness: number, visit: (span: MatrixSpan, potentials: Float64Array) => void): void {
  const { n, d, data } = rows;
  const squares = Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let e = i * d; e < i * d + d; e++) sum += data[e]! * data[e]!;
    return sum;
  });
  const block = new Float64Array(Math.min(blockSize, n) * n);
  for (let first = 0; first < n; first += blockSize) {
    const span: MatrixSpan = { rows, first, count: Math.min(blockSize, n - first) };
    const potentials = block.subarray(0, span.count * n);
    dotProducts(span, rows, 1, { data: potentials, at: 0, stride: n });
    for (let at = 0; at < potentials.length; at++) {
      const [i, j] = [first + Math.floor(at / n), at % n];
      const distance = Math.max(0, squares[i]! + squares[j]! - 2 * potentials[at]!);
      potentials[at] = i === j ? Number.NEGATIVE_INFINITY : -sharpness * distance;
    }
    visit(span, potentials);
  }
}

/** ln of the sum of e^potential over all ordered pairs; -Infinity for one row. */
function logCrowding(rows: Rows, sharpness: number): number {
  let [largest, sum] = [Number.NEGATIVE_INFINITY, 0];
  eachPotential(rows, sharpness, (_, potentials) => {
    for (const potential of potentials) {
      if (potential > largest) {
        sum = sum * Math.exp(largest - potential) + 1;
        largest = potential;
      } else if (potential !== Number.NEGATIVE_INFINITY) sum += Math.exp(potential - largest);
    }
  });
  return largest + Math.log(sum);
}

/** [n, d]; slopes of the logarithm: -4 * sharpness * sum over j of w_ij (u_i - u_j), w the share of a pair in the sum. */
function crowdingSlopes(rows: Rows, sharpness: number, logarithm: number): Float64Array {
  const { n, d, data } = rows;
  const slopes = new Float64Array(n * d);
  eachPotential(rows, sharpness, (span, potentials) => {
    const shares = potentials.map((potential) => 4 * sharpness * Math.exp(potential - logarithm));
    addKeys({ data: shares, at: 0, stride: n }, rows, slopes, span);
    for (let i = 0; i < span.count; i++) {
      let total = 0;
      for (let j = i * n; j < i * n + n; j++) total += shares[j]!;
      for (let e = (span.first + i) * d; e < (span.first + i) * d + d; e++) slopes[e] = slopes[e]! - total * data[e]!;
    }
  });
  return slopes;
}
