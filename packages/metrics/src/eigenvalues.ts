import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/**
 * Eigenvalues [n], largest first, of a symmetric matrix [n, n] of finite numbers, row-major. Time grows with n^3: seconds at
 * 1000.
 */
export function symmetricEigenvalues(matrix: Float64Array, n: number): Float64Array {
  if (n === 0) return new Float64Array(0);
  const { realEigenvalues } = new EigenvalueDecomposition(Matrix.from1DArray(n, n, matrix), { assumeSymmetric: true });
  return Float64Array.from(realEigenvalues).sort().reverse();
}
