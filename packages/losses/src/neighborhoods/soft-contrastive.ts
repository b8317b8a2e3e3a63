import { choice, defineLoss, type NeighborhoodBatch, number, ViewforgeError } from '@viewforge/core';
import { type Features, values } from '@viewforge/tensor';
import { z } from 'zod';
import { type Found, gradientsOf, reportOf } from '../found.ts';
import { type Rows, rowsOf, rowsPullback } from '../rows.ts';
import { gaussianKernel, type Kernel, type Similar, studentKernel } from './kernels.ts';

/**
 * Rows are to be as near each other as their features are: the cross entropy -(P ln Q + (1 - P) ln(1 - Q)), in nats, mean over all
 * pairs of rows, of Q, the kernel of the squared distance of two embeddings, against P, the kernel of that of their features. For
 * two views of one item P is e^attraction times as large, and at most 1. So a view that strayed far from its item pulls less.
 *
 * The kernels are densities of Student's t, c (1 + D / nu)^(-(nu + 1) / 2), or their limit, the Gaussian e^(-D / 2) / sqrt(2 pi).
 * Their largest values are below 0.4, so that Q needs no bounds; ln Q is computed directly, and far rows keep their gradient.
 *
 * Works on a NeighborhoodBatch, made by hand: embeddings [n, d] of a head, features [n, e] of the backbone before it, and the item
 * of each row. Rows are taken as they are; bring them to a common scale first. Gradients [n, d] flow to the embeddings only.
 * One row alone has no pair: the value is 0.
 *
 * `parts`: `positive` and `negative` (mean Q over pairs of one item, and of two; NaN where there is none). `perQuery`: the mean over
 * the pairs of each row, NaN for one row. Throws ViewforgeError: SHAPE where parts of the batch do not fit, NOT_FINITE.
 *
 * @example
 * // two views of each of n items, one after the other
 * const items = Int32Array.from({ length: 2 * n }, (_, row) => row % n);
 * const { value, gradients } = softContrastive().differentiate({ embeddings, features, items });
 */
export const softContrastive = defineLoss({
  name: 'soft-contrastive',
  summary: 'Bring embeddings as near each other as their features are, views of one item nearer (soft contrastive loss).',
  measures: 'neighborhood',
  options: z.object({
    attraction: number({
      default: 0.5,
      min: 0,
      unit: 'nats',
      doc: 'ln of how much nearer views of one item are to be than their features say; alpha in the paper.',
    }),
    featureKernel: choice(['student', 'gaussian'], { default: 'student', doc: 'What makes distances of features a similarity.' }),
    featureFreedom: number({
      default: 1,
      min: 0,
      open: 'min',
      unit: 'degrees of freedom',
      doc: 'Of the kernel of features, where it is of Student: large falls off fast.',
    }),
    embeddingKernel: choice(['student', 'gaussian'], {
      default: 'student',
      doc: 'What makes distances of embeddings a similarity.',
    }),
    embeddingFreedom: number({
      default: 10,
      min: 0,
      open: 'min',
      unit: 'degrees of freedom',
      doc: 'Of the kernel of embeddings, where it is of Student.',
    }),
  }),
  measure: (batch, options) => reportOf(find(batch, options), 'soft-contrastive'),
  differentiate: (batch, options) => gradientsOf(find(batch, options), 'soft-contrastive'),
});

interface Options {
  readonly attraction: number;
  readonly featureKernel: 'student' | 'gaussian';
  readonly featureFreedom: number;
  readonly embeddingKernel: 'student' | 'gaussian';
  readonly embeddingFreedom: number;
}

function find(batch: NeighborhoodBatch, options: Options): Found {
  const { embeddings, features } = openBatch(batch);
  const given = kernelOf(options.featureKernel, options.featureFreedom);
  const learnt = kernelOf(options.embeddingKernel, options.embeddingFreedom);
  const { n, data } = embeddings;
  const perQuery = new Float64Array(n).fill(n === 1 ? Number.NaN : 0);
  const kinds = { positive: { sum: 0, count: 0 }, negative: { sum: 0, count: 0 } };
  const slopes = new Float64Array(data.length);
  let sum = 0;
  for (let j = 1; j < n; j++) {
    for (let i = 0; i < j; i++) {
      const isPositive = batch.items[i] === batch.items[j];
      const nearness = given(squaredDistance(features, i, j)).logarithm + (isPositive ? options.attraction : 0);
      const { value, slope, similarity } = compare(learnt(squaredDistance(embeddings, i, j)), Math.min(1, Math.exp(nearness)));
      sum += value;
      for (const row of [i, j]) perQuery[row] = perQuery[row]! + value / (n - 1);
      const kind = kinds[isPositive ? 'positive' : 'negative'];
      kind.sum += similarity;
      kind.count++;
      pull(embeddings, slopes, i, j, 2 * slope);
    }
  }
  const pairs = Math.max(1, (n * (n - 1)) / 2);
  return {
    value: sum / pairs,
    perQuery,
    parts: { positive: kinds.positive.sum / kinds.positive.count, negative: kinds.negative.sum / kinds.negative.count },
    gradients: () => ({ embeddings: rowsPullback(embeddings, slopes, 1 / pairs, batch.embeddings, 'dot') }),
  };
}

/** The cross entropy of Q against P, its slope by the squared distance, and Q. */
function compare({ logarithm, slope }: Similar, target: number) {
  const similarity = Math.exp(logarithm);
  return {
    value: -(target * logarithm + (1 - target) * Math.log1p(-similarity)),
    slope: -slope * (target - ((1 - target) * similarity) / (1 - similarity)),
    similarity,
  };
}

/** In place: the slopes of rows i and j gain factor * (x_i - x_j), of either sign. */
function pull({ data, d }: Rows, slopes: Float64Array, i: number, j: number, factor: number): void {
  for (let e = 0; e < d; e++) {
    const each = factor * (data[i * d + e]! - data[j * d + e]!);
    slopes[i * d + e] = slopes[i * d + e]! + each;
    slopes[j * d + e] = slopes[j * d + e]! - each;
  }
}

function kernelOf(kind: 'student' | 'gaussian', freedom: number): Kernel {
  return kind === 'student' ? studentKernel(freedom) : gaussianKernel;
}

function openBatch({ embeddings, features, items }: NeighborhoodBatch): { readonly embeddings: Rows; readonly features: Rows } {
  const where = 'soft-contrastive';
  const { shape } = embeddings;
  if (shape.length !== 2 || shape.includes(0))
    throw new ViewforgeError('SHAPE', where, `expected embeddings of [n, d] with n and d >= 1, got [${shape}]`);
  const n = shape[0]!;
  if (features.shape.length !== 2 || features.shape[0] !== n)
    throw new ViewforgeError('SHAPE', where, `expected features of [${n}, e], got [${features.shape}]`);
  if (items.length !== n) throw new ViewforgeError('SHAPE', where, `expected the items of ${n} rows, got ${items.length}`);
  return { embeddings: finiteRows(embeddings, 'embeddings'), features: finiteRows(features, 'features') };
}

function finiteRows(given: Features, what: string): Rows {
  const wrong = values(given).findIndex((each) => !Number.isFinite(each));
  if (wrong === -1) return rowsOf(given, 'dot');
  const row = Math.floor(wrong / given.shape[1]!);
  throw new ViewforgeError(
    'NOT_FINITE',
    'soft-contrastive',
    `expected finite ${what}, got ${values(given)[wrong]} in row ${row}`,
  );
}

function squaredDistance({ data, d }: Rows, i: number, j: number): number {
  let sum = 0;
  for (let e = 0; e < d; e++) sum += (data[i * d + e]! - data[j * d + e]!) ** 2;
  return sum;
}
