import { type Features, values } from '@viewforge/tensor';
import { Matrix, SingularValueDecomposition } from 'ml-matrix';

/** How a set of rows spreads over its dimensions. */
export interface Spectrum {
  /** [min(n, d)], largest first; those below 1e-12 of the largest, or of the largest number in x, are 0. All NaN where x is not finite. */
  readonly singularValues: Float64Array;
  /** e^entropy of the shares of the singular values, each raised by 1e-7 as in the RankMe paper; NaN for all zeros. */
  readonly rankMe: number;
  /** e^entropy of the shares of the singular values; in [1, min(n, d)], NaN for all zeros. */
  readonly effectiveRank: number;
  /** (sum of s^2)^2 / sum of s^4; in [1, min(n, d)], NaN for all zeros. */
  readonly participationRatio: number;
  /** Sum of s^2 / largest s^2; in [1, min(n, d)], NaN for all zeros. */
  readonly stableRank: number;
}

/** The spectrum of rows x [n, d] as they are, in float64; of x less its mean row when `centered`. */
export function spectrumOf(x: Features, { centered = false }: { readonly centered?: boolean } = {}): Spectrum {
  const singularValues = singularValuesOf(x, centered);
  const squares = singularValues.map((s) => s * s);
  const [total, power] = [sumOf(singularValues), sumOf(squares)];
  const shares = singularValues.map((s) => s / total);
  return {
    singularValues,
    rankMe: Math.exp(entropyOf(shares.map((share) => share + 1e-7))), // eq. 1 and 2 of the RankMe paper
    effectiveRank: Math.exp(entropyOf(shares)),
    participationRatio: 1 / sumOf(squares.map((square) => (square / power) ** 2)),
    stableRank: power / (squares[0] ?? 0),
  };
}

function singularValuesOf(x: Features, centered: boolean): Float64Array {
  const [n, d] = x.shape as [number, number];
  if (n === 0 || d === 0) return new Float64Array(0);
  // a decomposition of NaN need not end
  if (!values(x).every(Number.isFinite)) return new Float64Array(Math.min(n, d)).fill(Number.NaN);
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

/** -sum of p ln p, with 0 ln 0 = 0. */
function entropyOf(shares: Float64Array): number {
  return -sumOf(shares.map((p) => (p === 0 ? 0 : p * Math.log(p))));
}

function sumOf(numbers: Float64Array): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
