import { type Features, smallestNorm, values } from '@viewforge/tensor';
import { squareSums } from '@viewforge/kernels';
import type { Similarity } from './rows.ts';

/** Rows in float32, ready to be compared. */
export interface FloatRows {
  /** Row-major [n, d]. */
  readonly data: Float32Array;
  readonly n: number;
  readonly d: number;
}

/** Products of rows whose squares sum up to this do not overflow in float32. */
const mostSquares = 1e38;

/**
 * All rows of [n, d] features in float32, as a search compares them. For 'cosine' they are divided by their length, or by 1e-12 where they are
 * shorter, in float64, and then rounded. A row with NaN or an infinity in it is NaN throughout, and so is one too long to be squared.
 */
export function floatRowsOf(features: Features, similarity: Similarity): FloatRows {
  const [n, d] = features.shape as [number, number];
  const data = Float32Array.from(values(features));
  const sums = new Float64Array(n);
  squareSums({ data, at: 0, n, d }, sums);
  for (let row = 0; row < n; row++) {
    const factor = factorOf(sums[row]!, similarity);
    for (let i = row * d; i < (row + 1) * d; i++) data[i] = data[i]! * factor;
  }
  return { data, n, d };
}

/** What a row is multiplied by whose squares have this sum: NaN where it cannot be compared. */
export function factorOf(sum: number, similarity: Similarity): number {
  if (similarity === 'cosine') return Number.isFinite(sum) ? 1 / Math.max(Math.sqrt(sum), smallestNorm) : Number.NaN;
  return sum <= mostSquares ? 1 : Number.NaN;
}

/** The score of two rows of `d` numbers to the bit of a search: every product and every sum rounded to float32. */
export function floatScore(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let e = 0; e < a.length; e++) sum = Math.fround(sum + Math.fround(a[e]! * b[e]!));
  return sum;
}

/** The cosine of each row of [n, d] with the same row of another array, to the bit of a search in float32; NaN where one holds NaN or an infinity. */
export function rowCosines(a: Features, b: Features): Float32Array {
  const [left, right] = [floatRowsOf(a, 'cosine'), floatRowsOf(b, 'cosine')];
  const { n, d } = left;
  return Float32Array.from({ length: n }, (_, row) => {
    const [from, to] = [row * d, (row + 1) * d];
    return floatScore(left.data.subarray(from, to), right.data.subarray(from, to));
  });
}
