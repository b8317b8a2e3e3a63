import { type Features, tensor, values } from '@viewforge/tensor';
import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { checkFinite } from '../classes/class-rows.ts';

/** A matrix [n, d] as U S V^T with p = min(n, d) singular values in descending order. */
export interface SingularParts {
  /** [n, p] row-major; in each column the entry of largest size, the first of equals, is positive. */
  readonly left: Float64Array;
  /** [p] */
  readonly singular: Float64Array;
  /** [d, p] row-major */
  readonly right: Float64Array;
  readonly p: number;
}

/** The singular value decomposition of rows [n, d], in float64. Throws ViewforgeError (NOT_FINITE) where a number is none. */
export function singularParts(features: Features, where: string): SingularParts {
  const [n, d] = features.shape as [number, number];
  const data = Float64Array.from(values(features));
  const p = Math.min(n, d);
  checkFinite({ data, n, d }, where, 'features');
  const largest = data.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  if (largest === 0) return { left: identity(n, p), singular: new Float64Array(p), right: identity(d, p), p };
  // near 1 whatever the scale, and divided by a power of 2 for that, which rounds nothing
  const scale = 2 ** Math.floor(Math.log2(largest));
  const matrix = Matrix.from1DArray(
    n,
    d,
    data.map((value) => value / scale),
  );
  const found = new SingularValueDecomposition(matrix, { autoTranspose: true });
  const [left, right] = [columnsOf(found.leftSingularVectors, p), columnsOf(found.rightSingularVectors, p)];
  turnSigns(left, right, p);
  return { left, singular: Float64Array.from({ length: p }, (_, k) => scale * found.diagonal[k]!), right, p };
}

/**
 * Unit directions of largest variance of rows [n, d], as rows [count, d] in descending order of variance; the entry of largest size of each
 * is positive. Rows of zeros stand for directions that do not vary, and for more than min(n, d). Throws ViewforgeError (NOT_FINITE).
 */
export function principalDirections(features: Features, count: number): Float64Array {
  const [n, d] = features.shape as [number, number];
  const from = values(features);
  checkFinite({ data: from, n, d }, 'principal-directions', 'features');
  const mean = meanRow(features);
  const centered = Float64Array.from(from, (value, e) => value - mean[e % d]!);
  const result = new Float64Array(count * d);
  if (n === 0 || d === 0) return result;
  const { singular, right, p } = singularParts(tensor(centered, [n, d]), 'principal-directions');
  for (let k = 0; k < Math.min(count, p); k++) {
    if (singular[k]! <= 1e-9 * singular[0]! || singular[0] === 0) break;
    const sign = signOf(right, k, p);
    for (let j = 0; j < d; j++) result[k * d + j] = sign * right[j * p + k]!;
  }
  return result;
}

/** The mean of rows [n, d], [d]; zeros where there is none. */
export function meanRow(features: Features): Float64Array {
  const [n, d] = features.shape as [number, number];
  const mean = new Float64Array(d);
  for (const [e, value] of values(features).entries()) mean[e % d] = mean[e % d]! + value;
  return mean.map((sum) => sum / Math.max(1, n));
}

/** In place: the same sign for left and right, by the largest entry of the left one. */
function turnSigns(left: Float64Array, right: Float64Array, p: number): void {
  for (let k = 0; k < p; k++) {
    if (signOf(left, k, p) > 0) continue;
    for (let e = k; e < left.length; e += p) left[e] = -left[e]!;
    for (let e = k; e < right.length; e += p) right[e] = -right[e]!;
  }
}

/** Of column k of p: -1 where the entry of largest size, the first of equals, is negative; 1 otherwise. */
function signOf(vectors: Float64Array, k: number, p: number): 1 | -1 {
  let most = k;
  for (let e = k; e < vectors.length; e += p) if (Math.abs(vectors[e]!) > Math.abs(vectors[most]!) + 1e-12) most = e;
  return vectors[most]! < 0 ? -1 : 1;
}

/** The first p columns, row-major. */
function columnsOf(vectors: Matrix, p: number): Float64Array {
  const result = new Float64Array(vectors.rows * p);
  for (let i = 0; i < vectors.rows; i++) for (let k = 0; k < p; k++) result[i * p + k] = vectors.get(i, k);
  return result;
}

function identity(rows: number, p: number): Float64Array {
  return Float64Array.from({ length: rows * p }, (_, e) => Number(Math.floor(e / p) === e % p));
}
