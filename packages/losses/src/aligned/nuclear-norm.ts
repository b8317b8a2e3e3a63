import { Matrix, SingularValueDecomposition } from 'ml-matrix';

/** The sum of the singular values of a matrix, and its slope. */
export interface NuclearNorm {
  readonly value: number;
  /** [n, d]; U V^T over singular values of at least 1e-9 of the largest: where others are 0 the norm has a corner. */
  readonly slopes: Float64Array;
}

/** The nuclear norm of finite rows [n, d]. */
export function nuclearNorm(data: Float64Array, n: number, d: number): NuclearNorm {
  const slopes = new Float64Array(n * d);
  const largest = data.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  if (largest === 0) return { value: 0, slopes };
  // numbers near 1, whatever the scale
  const matrix = Matrix.from1DArray(
    n,
    d,
    data.map((each) => each / largest),
  );
  const found = new SingularValueDecomposition(matrix, { autoTranspose: true });
  const { diagonal, leftSingularVectors: left, rightSingularVectors: right } = found;
  const most = diagonal.reduce((a, b) => Math.max(a, b), 0);
  for (const [k, singular] of diagonal.entries()) {
    if (singular < 1e-9 * most) continue;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < d; j++) slopes[i * d + j] = slopes[i * d + j]! + left.get(i, k) * right.get(j, k);
    }
  }
  return { value: largest * diagonal.reduce((sum, each) => sum + each, 0), slopes };
}
