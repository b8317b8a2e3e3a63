import { Matrix, SingularValueDecomposition } from 'ml-matrix';

/** The sum of the singular values of a matrix, and its slope. */
export interface NuclearNorm {
  readonly value: number;
  /** [n, d]; U V^T over singular values of at least 1e-9 of the largest: where others are 0 the norm has a corner. */
  readonly slopes: Float64Array;
}

/** The nuclear norm of finite rows [n, d]. */
export function nuclearNorm(data: Float64Array, n: number, d: number): NuclearNorm {
  const largest = data.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  if (largest === 0) return { value: 0, slopes: new Float64Array(n * d) };
  // numbers near 1, whatever the scale, and divided by a power of 2 for that, which rounds nothing
  const scale = 2 ** Math.floor(Math.log2(largest));
  const matrix = Matrix.from1DArray(
    n,
    d,
    data.map((each) => each / scale),
  );
  const found = new SingularValueDecomposition(matrix, { autoTranspose: true });
  const { diagonal, leftSingularVectors: left, rightSingularVectors: right } = found;
  const most = diagonal.reduce((a, b) => Math.max(a, b), 0);
  for (const [k, singular] of diagonal.entries()) if (singular < 1e-9 * most) left.mulColumn(k, 0);
  const slopes = Float64Array.from(left.mmul(right.transpose()).to1DArray());
  return { value: scale * diagonal.reduce((sum, each) => sum + each, 0), slopes };
}
