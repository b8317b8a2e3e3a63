import { defineAugmenter, integer } from '@viewforge/core';
import { type Features, values } from '@viewforge/tensor';
import { z } from 'zod';
import { asType } from '../as-type.ts';
import { type SingularParts, singularParts } from './singular-values.ts';

/** The `rank` largest singular values of a matrix [n, d] with their vectors. */
export interface LowRank {
  /** [n, r] row-major, r = min(rank, n, d) */
  readonly left: Float64Array;
  /** [r], descending */
  readonly singular: Float64Array;
  /** [d, r] row-major */
  readonly right: Float64Array;
}

/**
 * The best approximation of a block [n, d] by a matrix of a low rank: U_r S_r V_r^T of its singular value decomposition, which keeps what
 * rows have in common and drops the rest. From rank min(n, d) on it is the block. It draws nothing. Gradients are those of the whole
 * function, through singular values and vectors; between two equal singular values of which one is dropped there is none, and what
 * would divide by their difference is left out where it is below 1e-9 of the largest. Throws NOT_FINITE.
 */
export const lowRankView = defineAugmenter({
  name: 'low-rank-view',
  summary: 'Approximate a block of features by one of low rank.',
  reference: 'https://arxiv.org/abs/2302.08191',
  accepts: 'features',
  returns: 'features',
  options: z.object({
    rank: integer({ default: 5, min: 1, unit: 'singular values', doc: 'How many singular values are kept.' }),
  }),
  draw: (_shape, { rank }) => ({ rank }),
  apply: (features, { rank }) => asType(rebuild(truncatedSvd(features, rank), features.shape), features),
  pullback: (features, { rank }, gradient) => {
    const parts = singularParts(features, 'low-rank-view');
    return asType(pullTruncated(parts, features.shape, rank, values(gradient)), gradient);
  },
});

/** The `rank` largest singular values of rows [n, d] with their vectors, whose signs are fixed: the largest entry of a left one is positive. */
export function truncatedSvd(features: Features, rank: number): LowRank {
  const { left, singular, right, p } = singularParts(features, 'truncated-svd');
  const r = Math.min(rank, p);
  const firstOf = (vectors: Float64Array): Float64Array => vectors.filter((_, e) => e % p < r);
  return { left: firstOf(left), singular: singular.slice(0, r), right: firstOf(right) };
}

function rebuild({ left, singular, right }: LowRank, shape: readonly number[]): Float64Array {
  const [n, d] = shape as [number, number];
  const r = singular.length;
  const sums = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let k = 0; k < r; k++) sum += left[i * r + k]! * singular[k]! * right[j * r + k]!;
      sums[i * d + j] = sum;
    }
  }
  return sums;
}

/**
 * The transpose of the derivative of U f(S) V^T with f(s) = s for the first r values and 0 after them, which is its own transpose: in the
 * basis of U and V the even part of the gradient is multiplied by (f_i - f_j) / (s_i - s_j), the odd part by (f_i + f_j) / (s_i + s_j), and what
 * lies outside of U or V by f_i / s_i.
 */
function pullTruncated(
  { left, singular, right, p }: SingularParts,
  shape: readonly number[],
  rank: number,
  g: ArrayLike<number>,
): Float64Array {
  const [n, d] = shape as [number, number];
  const inner = innerOf(left, right, p, n, d, g);
  const smallest = 1e-9 * (singular[0] ?? 0);
  const back = new Float64Array(p * p);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) {
      const [even, odd] = [(inner[i * p + j]! + inner[j * p + i]!) / 2, (inner[i * p + j]! - inner[j * p + i]!) / 2];
      back[i * p + j] = even * slopeOf(singular, i, j, rank, smallest) + odd * shareOf(singular, i, j, rank, smallest);
    }
  }
  const sums = new Float64Array(n * d);
  addBack(sums, [left, back, right], p, n, d);
  addOutside(sums, { left, singular, right, p }, rank, n, d, g);
  return sums;
}

/** U^T G V, [p, p]. */
function innerOf(left: Float64Array, right: Float64Array, p: number, n: number, d: number, g: ArrayLike<number>): Float64Array {
  const half = new Float64Array(n * p); // G V
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++)
      for (let k = 0; k < p; k++) half[i * p + k] = half[i * p + k]! + g[i * d + j]! * right[j * p + k]!;
  const inner = new Float64Array(p * p);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < p; k++)
      for (let l = 0; l < p; l++) inner[k * p + l] = inner[k * p + l]! + left[i * p + k]! * half[i * p + l]!;
  return inner;
}

/** (f_i - f_j) / (s_i - s_j) */
function slopeOf(s: Float64Array, i: number, j: number, rank: number, smallest: number): number {
  if (i < rank === j < rank) return i < rank ? 1 : 0;
  const gap = Math.abs(s[i]! - s[j]!);
  return gap <= smallest ? 0 : s[Math.min(i, j)]! / gap;
}

/** (f_i + f_j) / (s_i + s_j) */
function shareOf(s: Float64Array, i: number, j: number, rank: number, smallest: number): number {
  if (i < rank === j < rank) return i < rank ? 1 : 0;
  const sum = s[i]! + s[j]!;
  return sum <= smallest ? 0 : s[Math.min(i, j)]! / sum;
}

/** In place: adds U B V^T. */
function addBack(
  sums: Float64Array,
  [left, back, right]: readonly [Float64Array, Float64Array, Float64Array],
  p: number,
  n: number,
  d: number,
): void {
  for (let i = 0; i < n; i++) {
    const row = new Float64Array(p);
    for (let k = 0; k < p; k++) for (let l = 0; l < p; l++) row[l] = row[l]! + left[i * p + k]! * back[k * p + l]!;
    for (let j = 0; j < d; j++) for (let l = 0; l < p; l++) sums[i * d + j] = sums[i * d + j]! + row[l]! * right[j * p + l]!;
  }
}

/** In place: adds (1 - U U^T) G V_r V_r^T and U_r U_r^T G (1 - V V^T); f_i / s_i is 1 for what is kept. */
function addOutside(
  sums: Float64Array,
  { left, right, p }: SingularParts,
  rank: number,
  n: number,
  d: number,
  g: ArrayLike<number>,
): void {
  const r = Math.min(rank, p);
  const [tall, wide] = [n > p, d > p];
  if (!tall && !wide) return;
  const outer = Float64Array.from({ length: n * d }, (_, e) => g[e]!);
  const [basis, rows] = tall ? [left, n] : [right, d];
  const at = (i: number, j: number): number => (tall ? i * d + j : j * d + i); // i along the longer side
  const other = tall ? d : n;
  // what is left of G outside of the basis of the longer side
  for (let j = 0; j < other; j++) {
    for (let k = 0; k < p; k++) {
      let along = 0;
      for (let i = 0; i < rows; i++) along += basis[i * p + k]! * g[at(i, j)]!;
      for (let i = 0; i < rows; i++) outer[at(i, j)] = outer[at(i, j)]! - along * basis[i * p + k]!;
    }
  }
  const kept = tall ? right : left;
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < r; k++) {
      let along = 0;
      for (let j = 0; j < other; j++) along += outer[at(i, j)]! * kept[j * p + k]!;
      for (let j = 0; j < other; j++) sums[at(i, j)] = sums[at(i, j)]! + along * kept[j * p + k]!;
    }
  }
}
