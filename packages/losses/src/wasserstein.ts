import { Matrix } from 'ml-matrix';
import { nuclearNorm } from './nuclear-norm.ts';

/** m points of `width` numbers, row-major, and what each weighs; the weights sum to 1. */
export interface WeightedRows {
  readonly data: Float64Array;
  readonly weights: Float64Array;
  readonly width: number;
}

/** A squared distance in its two terms, and d(distance) / d(rows of x). */
export interface GaussianDistance {
  /** |mean difference|^2 */
  readonly mean: number;
  /** tr Cx + tr Cy - 2 tr (Cx^1/2 Cy Cx^1/2)^1/2; 0 of a single row. */
  readonly covariance: number;
  readonly gradient: Float64Array;
}

/**
 * The squared 2-Wasserstein distance of the Gaussians fitted to two sets of rows with the same weights w: means by weight, covariances
 * unbiased (divided by 1 - sum of w^2). With E the centered rows times the root of their weights, the last trace is the nuclear norm
 * of Ex Ey^T, [m, m], so that no matrix of `width` squared is needed.
 */
export function gaussianDistance(x: WeightedRows, y: Float64Array): GaussianDistance {
  const { data, weights, width } = x;
  const m = weights.length;
  const [meanX, meanY] = [meanOf(data, x), meanOf(y, x)];
  const gradient = new Float64Array(data.length);
  let mean = 0;
  for (let j = 0; j < width; j++) {
    const difference = meanX[j]! - meanY[j]!;
    mean += difference * difference;
    for (let i = 0; i < m; i++) gradient[i * width + j] = 2 * weights[i]! * difference;
  }
  const unbiased = 1 - weights.reduce((sum, weight) => sum + weight * weight, 0);
  // a single row, or one that weighs everything, or none
  if (m < 2 || !(unbiased > 1e-12)) return { mean, covariance: 0, gradient };

  const [ex, ey] = [centered(data, meanX, x), centered(y, meanY, x)];
  const { nuclear, aligned } = align(ex, ey);
  const traces = sumOfSquares(ex) + sumOfSquares(ey);
  const slopes = Matrix.sub(ex, aligned).mul(2 / unbiased);
  addCentered(gradient, slopes, x);
  return { mean, covariance: Math.max(0, (traces - 2 * nuclear) / unbiased), gradient };
}

function meanOf(data: Float64Array, { weights, width }: WeightedRows): Float64Array {
  const mean = new Float64Array(width);
  for (let i = 0; i < weights.length; i++) {
    for (let j = 0; j < width; j++) mean[j] = mean[j]! + weights[i]! * data[i * width + j]!;
  }
  return mean;
}

function centered(data: Float64Array, mean: Float64Array, { weights, width }: WeightedRows): Matrix {
  const result = Matrix.zeros(weights.length, width);
  for (let i = 0; i < weights.length; i++) {
    const root = Math.sqrt(weights[i]!);
    for (let j = 0; j < width; j++) result.set(i, j, root * (data[i * width + j]! - mean[j]!));
  }
  return result;
}

/** The nuclear norm of Ex Ey^T = U S V^T, and its derivative U V^T Ey with respect to Ex. */
function align(ex: Matrix, ey: Matrix): { nuclear: number; aligned: Matrix } {
  const m = ex.rows;
  const { value, slopes } = nuclearNorm(Float64Array.from(ex.mmul(ey.transpose()).to1DArray()), m, m);
  return { nuclear: value, aligned: Matrix.from1DArray(m, m, slopes).mmul(ey) };
}

function sumOfSquares(matrix: Matrix): number {
  return matrix.norm('frobenius') ** 2;
}

/** In place: `gradient` gains what slopes of centered and weighted rows say of the rows. */
function addCentered(gradient: Float64Array, slopes: Matrix, { weights, width }: WeightedRows): void {
  for (let j = 0; j < width; j++) {
    let shared = 0;
    for (let i = 0; i < weights.length; i++) shared += Math.sqrt(weights[i]!) * slopes.get(i, j);
    for (let i = 0; i < weights.length; i++) {
      const at = i * width + j;
      gradient[at] = gradient[at]! + Math.sqrt(weights[i]!) * slopes.get(i, j) - weights[i]! * shared;
    }
  }
}
