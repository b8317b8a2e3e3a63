import type { Matrix } from '@viewforge/tensor';
import { centerRows, crossProducts, squaresOf, transposed } from './matrices.ts';

/** Rows of which the covariance is the identity, but for what was shrunk. */
export interface Whitened {
  /** [m, d] */
  readonly data: Float64Array;
  /** The shrinkage that was used; NaN where rows do not differ, whose whitened rows are zeros. */
  readonly shrinkage: number;
  /** Slopes [m, d] of the rows as given from those of the whitened rows. */
  pullback(slopes: Float64Array): Float64Array;
}

/** Where a covariance is singular, so much of the mean variance takes its place. */
const rescue = 1e-3;

/**
 * Whitens rows [m, d]: L^-1 (z - mean) with L L^T = (1 - s) Cov + s v I, the covariance (divided by m - 1) shrunk toward its mean
 * variance v. A covariance that is singular even so, as that of m <= d rows is without shrinkage, is shrunk by 1e-3.
 */
export function whiten(rows: Matrix, shrinkage: number): Whitened {
  const { n: m, d } = rows;
  const columns = transposed(rows);
  centerRows(columns);
  const total = squaresOf(columns.data);
  // equal rows differ by rounding of their mean
  if (total <= 1e-24 * squaresOf(rows.data)) {
    const zeros = new Float64Array(m * d);
    return { data: zeros, shrinkage: Number.NaN, pullback: () => zeros };
  }
  const covariance = crossProducts(columns, columns, 1 / (m - 1));
  const variance = total / (d * (m - 1));
  const shrunk = (by: number) => covariance.map((each, at) => (1 - by) * each + (at % (d + 1) === 0 ? by * variance : 0));
  const direct = cholesky(shrunk(shrinkage), d);
  const used = direct ? shrinkage : rescue;
  const factor = direct ?? cholesky(shrunk(used), d)!;
  const data = transposed(columns).data;
  for (let row = 0; row < m; row++) solveLower(factor, data.subarray(row * d, row * d + d));
  const white = { data, n: m, d };
  return { data, shrinkage: used, pullback: (slopes) => pullbackOf({ white, columns, factor, used }, slopes) };
}

interface Whitening {
  readonly white: Matrix;
  /** Centered columns as rows [d, m]. */
  readonly columns: Matrix;
  readonly factor: Float64Array;
  readonly used: number;
}

/** Through w = L^-1 x, then through the factorization: the slope of L L^T is -sym(L^-T P L^-1) with P the lower half of G^T W. */
function pullbackOf({ white, columns, factor, used }: Whitening, slopes: Float64Array): Float64Array {
  const { n: m, d } = white;
  const through = slopes.slice();
  for (let row = 0; row < m; row++) solveUpper(factor, through.subarray(row * d, row * d + d));
  const product = crossProducts(transposed({ data: slopes, n: m, d }), transposed(white), 1);
  const lower = product.map((each, at) => {
    const [i, j] = [Math.floor(at / d), at % d];
    return i > j ? each : i === j ? each / 2 : 0;
  });
  // rows of `lower` times L^-1, then, turned over, rows times L^-1 again
  for (let row = 0; row < d; row++) solveUpper(factor, lower.subarray(row * d, row * d + d));
  const turned = transposed({ data: lower, n: d, d }).data;
  for (let row = 0; row < d; row++) solveUpper(factor, turned.subarray(row * d, row * d + d));
  let trace = 0;
  for (let i = 0; i < d; i++) trace -= turned[i * (d + 1)]!;
  const covarianceSlopes = turned.map((each, at) => {
    const mirrored = turned[(at % d) * d + Math.floor(at / d)]!;
    return (1 - used) * -(each + mirrored) + (at % (d + 1) === 0 ? (2 * used * trace) / d : 0);
  });
  // Cov = x^T x / (m - 1); what is above holds twice the symmetric slope
  const centered = transposed(columns);
  const back = crossProducts(centered, { data: covarianceSlopes, n: d, d }, 1 / (m - 1));
  const result = transposed({ data: back.map((each, i) => each + through[i]!), n: m, d });
  centerRows(result);
  return transposed(result).data;
}

/** The lower factor L [d, d] of a symmetric matrix; undefined where a pivot is not clearly positive. */
function cholesky(matrix: Float64Array, d: number): Float64Array | undefined {
  const factor = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * d + j]!;
      for (let k = 0; k < j; k++) sum -= factor[i * d + k]! * factor[j * d + k]!;
      if (i > j) factor[i * d + j] = sum / factor[j * d + j]!;
      else if (sum > 1e-12 * matrix[i * d + i]!) factor[i * d + i] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return factor;
}

/** In place: x becomes L^-1 x. */
function solveLower(factor: Float64Array, x: Float64Array): void {
  const d = x.length;
  for (let i = 0; i < d; i++) {
    let sum = x[i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * d + k]! * x[k]!;
    x[i] = sum / factor[i * d + i]!;
  }
}

/** In place: x becomes L^-T x, which is x^T L^-1 as a row. */
function solveUpper(factor: Float64Array, x: Float64Array): void {
  const d = x.length;
  for (let i = d - 1; i >= 0; i--) {
    const solved = x[i]! / factor[i * d + i]!;
    x[i] = solved;
    for (let k = 0; k < i; k++) x[k] = x[k]! - factor[i * d + k]! * solved;
  }
}
