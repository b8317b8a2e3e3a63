import { type MetricReport, ViewforgeError } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { notFinite, nothingToMeasure } from '../reports.ts';
import { areFinite, checkLabels, checkWidth, rowsAt } from '../rows.ts';
import type { Accumulator } from '../streams/accumulator.ts';

/** Rows x [n, d] and what is to be read off them, y [n, m]. */
export interface RowsAndTargets {
  readonly x: Features;
  readonly y: Features;
}

/** What a ridge regression is worked out from. */
export interface RidgeSums {
  /** [d, d], of which the lower half holds x^T x. */
  readonly rows: Float64Array;
  /** [d, m]; x^T y. */
  readonly targets: Float64Array;
}

/** Widths of rows and targets, and how much large weights cost. */
export interface RidgeOptions {
  readonly d: number;
  readonly m: number;
  /** Above 0; 1 when left out. */
  readonly strength?: number;
}

/**
 * An accumulator of rows and targets whose result is (x^T x + strength I)^-1 x^T y [d, m], a ridge regression without an
 * intercept; the same to the last bit however rows are split. Time grows with n d^2 and d^3. `add` throws ViewforgeError
 * (SHAPE, NOT_FINITE), `result` ViewforgeError (OPTION) where the strength is nothing next to x^T x.
 */
export function createRidge({ d, m, strength = 1 }: RidgeOptions): Accumulator<RowsAndTargets, RidgeSums, Features> {
  if (!(strength > 0)) throw new ViewforgeError('OPTION', 'ridge regression', `expected a strength above 0, got ${strength}`);
  const state: RidgeSums = { rows: new Float64Array(d * d), targets: new Float64Array(d * m) };
  return {
    add({ x, y }) {
      checkWidth('ridge regression', x, d);
      checkWidth('ridge regression', y, m);
      if (y.shape[0] !== x.shape[0]) {
        throw new ViewforgeError('SHAPE', 'ridge regression', `expected targets of ${x.shape[0]} rows, got [${y.shape}]`);
      }
      if (!areFinite([x, y])) {
        throw new ViewforgeError('NOT_FINITE', 'ridge regression', 'expected finite numbers, got NaN or an infinity');
      }
      addProducts(state, { x, y });
    },
    merge(other) {
      const more = other.state();
      for (let i = 0; i < state.rows.length; i++) state.rows[i]! += more.rows[i]!;
      for (let i = 0; i < state.targets.length; i++) state.targets[i]! += more.targets[i]!;
    },
    state: () => state,
    result() {
      if (d * m === 0) return features(new Float64Array(0), d, m);
      const solved = regularized(state.rows, d, strength).solve(Matrix.from1DArray(d, m, state.targets));
      return features(Float64Array.from(solved.to1DArray()), d, m);
    },
  };
}

/**
 * (x^T x + strength I)^-1 x^T y [d, m] of rows x [n, d] and targets y [n, m]. Throws ViewforgeError (SHAPE, NOT_FINITE,
 * OPTION).
 */
export function ridgeWeights(x: Features, y: Features, strength = 1): Features {
  const ridge = createRidge({ d: x.shape[1]!, m: y.shape[1]!, strength });
  ridge.add({ x, y });
  return ridge.result();
}

/** Targets [n, m] of classes: 1 in the column of each label, in the order of `classes` [m], 0 elsewhere. */
export function oneHot(labels: ArrayLike<number>, classes: readonly number[]): Features {
  const [n, m] = [labels.length, classes.length];
  const data = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    const column = classes.indexOf(labels[i]!);
    if (column >= 0) data[i * m + column] = 1;
  }
  return features(data, n, m);
}

/**
 * How often weights [d, m] give the largest of m sums to the right class of rows x [n, d]: the share in [0, 1], ties to the
 * lower column. `labels` [n] name columns, or entries of `classes` [m] where these are given; rows with a label below 0 do not
 * count. NaN without rows, or with a number that is not finite. Throws ViewforgeError (SHAPE, LABEL).
 */
export function ridgeAccuracy(
  weights: Features,
  x: Features,
  labels: ArrayLike<number>,
  classes?: readonly number[],
): MetricReport {
  const [n, d] = x.shape as [number, number];
  checkLabels('ridge probe', n, labels);
  const m = weights.shape[1]!;
  if (n > 0) checkWidth('ridge probe', x, weights.shape[0]!);
  if (!areFinite([weights, x])) return notFinite;
  const labeled = Array.from({ length: n }, (_, row) => row).filter((row) => labels[row]! >= 0);
  if (labeled.length === 0 || m === 0) return nothingToMeasure('a probe needs a row and a class');
  const [w, data] = [values(weights), values(x)];
  let right = 0;
  for (const i of labeled) {
    const sums = Float64Array.from({ length: m }, (_, column) => {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += data[i * d + j]! * w[j * m + column]!;
      return sum;
    });
    const best = sums.indexOf(sums.reduce((most, sum) => Math.max(most, sum)));
    if ((classes ? classes[best] : best) === labels[i]) right++;
  }
  return { value: right / labeled.length, n: labeled.length, parts: {}, notes: [] };
}

/**
 * `ridgeAccuracy` of each row by the weights of all other rows, in closed form: its sums less its own share in them, which
 * needs one regression, not n. x [n, d], `labels` [n]; rows with a label below 0 are left out. NaN with fewer than two rows, or
 * a number that is not finite. Throws ViewforgeError (LABEL, OPTION).
 */
export function ridgeLeaveOneOut(x: Features, labels: ArrayLike<number>, strength = 1): MetricReport {
  checkLabels('ridge probe', x.shape[0]!, labels);
  if (!areFinite([x])) return notFinite;
  const labeled = [...Array(labels.length).keys()].filter((row) => labels[row]! >= 0);
  return leaveOneOut(
    rowsAt(x, labeled),
    labeled.map((row) => labels[row]!),
    strength,
  );
}

function leaveOneOut(x: Features, labels: readonly number[], strength: number): MetricReport {
  const [n, d] = x.shape as [number, number];
  if (n < 2 || d === 0) return nothingToMeasure('a probe that leaves one row out needs two');
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  const y = oneHot(labels, classes);
  const ridge = createRidge({ d, m: classes.length, strength });
  ridge.add({ x, y });
  const rows = Matrix.from1DArray(n, d, values(x));
  const sums = rows.mmul(Matrix.from1DArray(d, classes.length, values(ridge.result())));
  const solved = regularized(ridge.state().rows, d, strength).solve(rows.transpose());
  let right = 0;
  for (let i = 0; i < n; i++) {
    // h_i = x_i^T (x^T x + strength I)^-1 x_i < 1; without row i the sums are (sums - h_i y_i) / (1 - h_i),
    // which come in the order of their numerators
    let own = 0;
    for (let j = 0; j < d; j++) own += rows.get(i, j) * solved.get(j, i);
    const others = classes.map((_, column) => sums.get(i, column) - own * y.get(i, column));
    if (classes[others.indexOf(Math.max(...others))] === labels[i]) right++;
  }
  return { value: right / n, n, parts: {}, notes: [] };
}

/** In place: adds rows, one after the other. */
function addProducts({ rows, targets }: RidgeSums, { x, y }: RowsAndTargets): void {
  const [n, d] = x.shape as [number, number];
  const m = y.shape[1]!;
  const [a, b] = [values(x), values(y)];
  for (let row = 0; row < n; row++) {
    for (let i = 0; i < d; i++) {
      const left = a[row * d + i]!;
      for (let j = 0; j <= i; j++) rows[i * d + j]! += left * a[row * d + j]!;
      for (let j = 0; j < m; j++) targets[i * m + j]! += left * b[row * m + j]!;
    }
  }
}

function regularized(rows: Float64Array, d: number, strength: number): CholeskyDecomposition {
  const matrix = Matrix.zeros(d, d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      matrix.set(i, j, rows[i * d + j]!);
      matrix.set(j, i, rows[i * d + j]!);
    }
    matrix.set(i, i, rows[i * d + i]! + strength);
  }
  const decomposition = new CholeskyDecomposition(matrix);
  if (decomposition.isPositiveDefinite()) return decomposition;
  throw new ViewforgeError('OPTION', 'ridge regression', `expected a strength that rounding does not swallow, got ${strength}`);
}
