import { defineMetric, type MetricReport, number, ViewforgeError } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { z } from 'zod';
import { notFinite, nothingToMeasure } from '../reports.ts';
import { roleOption } from '../role.ts';
import { createScatter, type Scatter } from '../streams/scatter.ts';
import { originalOption, twoSetsOf } from './two-sets.ts';

const jitterOption = number({
  default: 1e-6,
  min: 0,
  unit: 'squared features',
  doc: 'Added to all variances, so that flat directions do no harm.',
});

/**
 * How far apart the features of two sets lie as two normal distributions: |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)), squared
 * units of the features, >= 0. Of altered or generated views against originals; with Inception features it is the FID.
 *
 * `parts`: `mean` (the first term), `covariance` (the second), `original` and `altered` (rows of each set). `n` counts rows.
 * Takes time as the cube of the width. NaN with fewer than two rows in a set, or a number that is not finite. Throws
 * ViewforgeError (NAME) for a role that the plan lacks.
 */
export const frechetDistance = defineMetric({
  name: 'frechet-distance',
  summary: 'Measure how far two sets of views lie apart as normal distributions.',
  reference: 'https://arxiv.org/abs/1706.08500',
  better: 'lower',
  options: z.object({ jitter: jitterOption, role: roleOption, original: originalOption }),
  async measure(encoded, options, { signal }) {
    signal.throwIfAborted();
    const { originals, altered, notes } = twoSetsOf(encoded, options, 'frechet-distance');
    const found = frechetDistanceBetween(scatterOfAll(originals), scatterOfAll(altered), options);
    return { ...found, notes: [...notes, ...found.notes] };
  },
});

/** A normal distribution over d features. */
export interface Gaussian {
  /** [d] */
  readonly mean: ArrayLike<number>;
  /** [d, d], symmetric. */
  readonly covariance: ArrayLike<number>;
}

/** The Frechet distance of rows of two sets [n, d] and [m, d], with the part's `parts`; covariances are divided by n - 1. */
export function frechetDistanceOf(
  originals: Features,
  altered: Features,
  options: { readonly jitter?: number } = {},
): MetricReport {
  return frechetDistanceBetween(scatterOfAll([originals]), scatterOfAll([altered]), options);
}

/**
 * The same of two sets that were taken in piece by piece with `createScatter`. Throws ViewforgeError (SHAPE) where widths
 * differ.
 */
export function frechetDistanceBetween(
  originals: Scatter,
  altered: Scatter,
  { jitter = 1e-6 }: { readonly jitter?: number } = {},
): MetricReport {
  if (originals.broken + altered.broken > 0) return notFinite;
  if (originals.n < 2 || altered.n < 2) return nothingToMeasure('the Frechet distance needs two rows in each set');
  const { mean, covariance } = gaussianDistance(gaussianOf(originals), gaussianOf(altered), jitter);
  const parts = { mean, covariance, original: originals.n, altered: altered.n };
  return { value: mean + covariance, n: originals.n + altered.n, parts, notes: rankNotes(originals, altered) };
}

/**
 * The two terms of the Frechet distance of two normal distributions, after `jitter` was added to all variances. The root is
 * taken from the eigenvalues of C1^(1/2) C2 C1^(1/2), those below 0 as 0. Throws ViewforgeError (SHAPE) where widths differ,
 * (NOT_FINITE) for a number that is not finite.
 */
export function gaussianDistance(
  a: Gaussian,
  b: Gaussian,
  jitter = 1e-6,
): { readonly mean: number; readonly covariance: number } {
  const d = a.mean.length;
  if (b.mean.length !== d) {
    throw new ViewforgeError('SHAPE', 'frechet-distance', `expected rows of width ${d}, got ${b.mean.length}`);
  }
  // an eigenvalue decomposition of NaN does not end well
  if (![a, b].every((each) => [each.mean, each.covariance].every((numbers) => Array.from(numbers).every(Number.isFinite)))) {
    throw new ViewforgeError('NOT_FINITE', 'frechet-distance', 'expected means and covariances of finite numbers');
  }
  let mean = 0;
  for (let i = 0; i < d; i++) mean += (a.mean[i]! - b.mean[i]!) ** 2;
  const [first, second] = [a, b].map(({ covariance }) => Matrix.from1DArray(d, d, covariance).add(Matrix.eye(d).mul(jitter)));
  const root = rootOf(first!);
  const product = root.mmul(second!).mmul(root);
  product.add(product.transpose()).mul(0.5);
  const between = new EigenvalueDecomposition(product, { assumeSymmetric: true }).realEigenvalues.reduce(
    (sum, value) => sum + Math.sqrt(Math.max(value, 0)),
    0,
  );
  // rounding may leave a little less than 0 between equal distributions
  return { mean, covariance: Math.max(first!.trace() + second!.trace() - 2 * between, 0) };
}

/** The symmetric root of a symmetric matrix; eigenvalues below 0 count as 0. */
function rootOf(matrix: Matrix): Matrix {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const roots = realEigenvalues.map((value) => Math.sqrt(Math.max(value, 0)));
  return eigenvectorMatrix.clone().mulRowVector(roots).mmul(eigenvectorMatrix.transpose());
}

function gaussianOf({ n, mean, scatter }: Scatter): Gaussian {
  return { mean, covariance: scatter.map((sum) => sum / (n - 1)) };
}

function scatterOfAll(views: readonly Features[]): Scatter {
  const all = createScatter(views[0]?.shape[1] ?? 0);
  for (const view of views) all.add(view);
  return all.state();
}

function rankNotes(...sets: readonly Scatter[]): readonly string[] {
  const [n, d] = [Math.min(...sets.map((set) => set.n)), sets[0]!.mean.length];
  return n > d ? [] : [`covariances of ${n} rows say little about ${d} features`];
}
