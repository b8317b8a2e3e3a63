import { type Features, values } from '@viewforge/tensor';
import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { areFinite, unitRowsOf } from './rows.ts';

/** How a set of rows spreads over its dimensions. */
export interface Spectrum {
  /**
   * [min(n, d)], largest first; those below 1e-12 of the largest, or of the largest number in x, are 0. All NaN where x is not
   * finite. The numbers below are NaN without rows or dimensions.
   */
  readonly singularValues: Float64Array;
  /** e^entropy of the shares of the singular values, each raised by 1e-7 as in the RankMe paper; NaN for all zeros. */
  readonly rankMe: number;
  /** e^entropy of the shares of the singular values; in [1, min(n, d)], NaN for all zeros. */
  readonly effectiveRank: number;
  /** (sum of s^2)^2 / sum of s^4; in [1, min(n, d)], NaN for all zeros. */
  readonly participationRatio: number;
  /** Sum of s^2 / largest s^2; in [1, min(n, d)], NaN for all zeros. */
  readonly stableRank: number;
  /**
   * e^entropy of the shares of s^2, which are the eigenvalues of the (second moment or) covariance; in [1, min(n, d)], NaN for
   * all zeros.
   */
  readonly covarianceRank: number;
  /**
   * How fast eigenvalues s^2 fall with their rank r, as r^-decay: least squares of ln s^2 on ln r over ranks 2 to min(n, d) /
   * 2, those of 0 left out. 0 where all are alike; NaN where fewer than two are left, so with min(n, d) below 6.
   */
  readonly decay: number;
  /** Largest s / smallest s; at least 1, Infinity where the smallest is 0, NaN for all zeros. */
  readonly conditionNumber: number;
}

/** What is done to rows before their spectrum is taken. */
export interface SpectrumOptions {
  /** Bring rows to length 1; rows of length <= 1e-12 become 0. */
  readonly normalized?: boolean;
  /** Take the mean row off, after that. */
  readonly centered?: boolean;
}

/** The spectrum of rows x [n, d], in float64, as they are unless options say otherwise. */
export function spectrumOf(x: Features, { centered = false, normalized = false }: SpectrumOptions = {}): Spectrum {
  const singularValues = singularValuesOf(normalized ? unitRowsOf(x).rows : x, centered);
  const largest = singularValues[0] ?? Number.NaN;
  // beside the largest, or squares of tiny features would vanish
  const squares = singularValues.map((s) => (s / largest) ** 2);
  const [total, power] = [sumOf(singularValues), sumOf(squares)];
  const shares = singularValues.map((s) => s / total);
  return {
    singularValues,
    rankMe: exponentialOf(shares.map((share) => share + 1e-7)), // eq. 1 and 2 of the RankMe paper
    effectiveRank: exponentialOf(shares),
    participationRatio: power ** 2 / sumOf(squares.map((square) => square ** 2)),
    stableRank: power > 0 ? power : Number.NaN,
    covarianceRank: exponentialOf(squares.map((square) => square / power)),
    decay: decayOf(squares),
    conditionNumber: largest / singularValues.at(-1)!,
  };
}

/** Minus the slope of ln(square) on ln(rank). */
function decayOf(squares: Float64Array): number {
  const points: [number, number][] = [];
  for (let rank = 2; rank <= squares.length / 2 && squares[rank - 1]! > 0; rank++) {
    points.push([Math.log(rank), Math.log(squares[rank - 1]!)]);
  }
  if (points.length < 2) return Number.NaN;
  const [x, y] = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis]!, 0) / points.length) as [number, number];
  const spread = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return -points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / spread;
}

function singularValuesOf(x: Features, centered: boolean): Float64Array {
  const [n, d] = x.shape as [number, number];
  if (n === 0 || d === 0) return new Float64Array(0);
  // a decomposition of NaN need not end
  if (!areFinite([x])) return new Float64Array(Math.min(n, d)).fill(Number.NaN);
  const matrix = Matrix.from1DArray(n, d, values(x));
  if (centered) matrix.subRowVector(matrix.mean('column'));
  const { diagonal } = new SingularValueDecomposition(matrix, {
    autoTranspose: true,
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
  });
  const sorted = Float64Array.from(diagonal).sort().reverse();
  // the largest number of x: what centering leaves of equal rows is rounding
  let size = sorted[0]!;
  for (const value of values(x)) size = Math.max(size, Math.abs(value));
  return sorted.slice(0, Math.min(n, d)).map((s) => (s < 1e-12 * size ? 0 : s));
}

/** e^(-sum of p ln p), with 0 ln 0 = 0; NaN for no shares. */
function exponentialOf(shares: Float64Array): number {
  if (shares.length === 0) return Number.NaN;
  return Math.exp(-sumOf(shares.map((p) => (p === 0 ? 0 : p * Math.log(p)))));
}

function sumOf(numbers: Float64Array): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
