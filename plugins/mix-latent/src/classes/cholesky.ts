/**
 * A lower triangle L [d * d], row-major, with L L^T = A + jitter I of a symmetric A [d * d] without negative directions. A direction whose
 * spread is not above 0 after rounding gets none. O(d³ / 3).
 */
export function cholesky(matrix: Float64Array, d: number, jitter = 1e-6): Float64Array {
  const lower = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * d + j]! + (i === j ? jitter : 0);
      for (let k = 0; k < j; k++) sum -= lower[i * d + k]! * lower[j * d + k]!;
      if (i === j) lower[i * d + i] = sum > 0 ? Math.sqrt(sum) : 0;
      else lower[i * d + j] = lower[j * d + j]! > 0 ? sum / lower[j * d + j]! : 0;
    }
  }
  return lower;
}
