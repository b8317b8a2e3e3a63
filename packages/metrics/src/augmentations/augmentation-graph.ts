import { type MetricReport, ViewforgeError } from '@viewforge/core';
import { type Features, features, type Tensor, values } from '@viewforge/tensor';
import { symmetricEigenvalues } from '../eigenvalues.ts';
import { nothingToMeasure } from '../reports.ts';

/** Items joined by the views they share. */
export interface AugmentationGraph {
  /**
   * `value`: the augmentation complexity kappa^2, the largest entry of the kernel's diagonal; at least 1: 1 where all items
   * have the same views, the number of items where each has its own. `parts`: `pieces`, the number of eigenvalues that are 1, to
   * 1e-6: the pieces no view joins; `overlap`: the mean over pairs of items of the sum of their smaller shares, in [0, 1],
   * absent for one item. `n` counts items.
   */
  readonly report: MetricReport;
  /** [n, n]; K(x, y) = sum over views a of p(a|x) p(a|y) / p(a), with p(a) the mean of p(a|x) over x. */
  readonly kernel: Features;
  /** [n]; of kernel / n, largest first: in [0, 1], and the first is 1. */
  readonly eigenvalues: Float64Array;
}

/**
 * How much the augmentations of n items overlap, where every view can be listed: `shares` [n, a] holds p(a|x), at least 0, each
 * row brought to sum 1 (augmentation-based learning as regression in a kernel space, arXiv 2306.00788). Views that nobody has
 * do not count. Rows that sum to 0 are left out, with a note. NaN, with a note, without rows, or with a number that is not
 * finite or below 0. Time grows with n^2 a and n^3.
 */
export function augmentationGraph(shares: Tensor): AugmentationGraph {
  if (shares.shape.length !== 2) {
    throw new ViewforgeError('SHAPE', 'augmentation graph', `expected shares [n, a], got [${shares.shape}]`);
  }
  const a = shares.shape[1]!;
  const data = values(shares);
  if (!data.every((share) => share >= 0 && share < Number.POSITIVE_INFINITY))
    return nothing('shares are not all finite and at least 0');
  const rows = Array.from({ length: shares.shape[0]! }, (_, i) => Float64Array.from(data.subarray(i * a, (i + 1) * a)))
    .map((row) => ({ row, total: row.reduce((sum, share) => sum + share, 0) }))
    .filter(({ total }) => total > 0)
    .map(({ row, total }) => row.map((share) => share / total));
  const n = rows.length;
  if (n === 0) return nothing('an augmentation graph needs an item with a view');
  const left = shares.shape[0]! - n;
  const { kernel, overlap } = joined(rows, a);
  const eigenvalues = symmetricEigenvalues(
    kernel.map((each) => each / n),
    n,
  );
  let complexity = 0;
  for (let i = 0; i < n; i++) complexity = Math.max(complexity, kernel[i * n + i]!);
  const report = {
    value: complexity,
    n,
    parts: { pieces: eigenvalues.filter((each) => each > 1 - 1e-6).length, ...(n === 1 ? {} : { overlap }) },
    notes: left === 0 ? [] : [`${left} items without a view were left out`],
  };
  return { report, kernel: features(kernel, n, n), eigenvalues };
}

/**
 * The augmentation complexity kappa^2 of hiding each of d binary features by itself with probability `rate` in [0, 1]: (2 -
 * rate)^d. At least 1, as everything is hidden.
 */
export function maskingComplexity(d: number, rate: number): number {
  return (2 - rate) ** d;
}

/**
 * How much the views of two items overlap: the sum of the smaller of p(a|x) and p(a|y) over views a, in [0, 1] for shares that
 * sum to 1.
 */
export function overlapOf(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let a = 0; a < x.length; a++) sum += Math.min(x[a]!, y[a]!);
  return sum;
}

function joined(rows: readonly Float64Array[], a: number): { kernel: Float64Array; overlap: number } {
  const n = rows.length;
  const mean = new Float64Array(a);
  for (const row of rows) for (let view = 0; view < a; view++) mean[view]! += row[view]! / n;
  const scaled = rows.map((row) => row.map((share, view) => (mean[view] === 0 ? 0 : share / mean[view]!)));
  const kernel = new Float64Array(n * n);
  let overlap = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let view = 0; view < a; view++) sum += rows[i]![view]! * scaled[j]![view]!;
      kernel[i * n + j] = kernel[j * n + i] = sum;
      if (j < i) overlap += overlapOf(rows[i]!, rows[j]!);
    }
  }
  return { kernel, overlap: overlap / ((n * (n - 1)) / 2) };
}

function nothing(why: string): AugmentationGraph {
  return { report: nothingToMeasure(why), kernel: features(new Float64Array(0), 0, 0), eigenvalues: new Float64Array(0) };
}
