import { type Features, tensor, values } from './tensor.ts';

/** Rows shorter than this count as zero (conventions of the field: 1e-12). */
export const smallestNorm = 1e-12;

/** Row-major rows with the length of each, as `unitRows` gives them. */
export interface UnitRows {
  /** [n, d]; every row has length 1, except rows of length <= 1e-12, which are divided by 1e-12. */
  readonly rows: Features;
  /** [n]; the length each row had, 0 where the row counts as zero; no finite number where the row holds one that is none. */
  readonly norms: Float64Array;
}

/** Rows brought to length 1, computed in the element type of the input with norms summed in float64. */
export function unitRows(matrix: Features): UnitRows {
  const [n, d] = matrix.shape as [number, number];
  const from = values(matrix);
  const to = from.slice();
  const norms = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    let sum = 0;
    for (let i = row * d; i < row * d + d; i++) sum += from[i]! * from[i]!;
    const norm = Math.sqrt(sum);
    norms[row] = norm <= smallestNorm ? 0 : norm;
    const scale = 1 / Math.max(norm, smallestNorm);
    for (let i = row * d; i < row * d + d; i++) to[i] = from[i]! * scale;
  }
  return { rows: tensor(to, [n, d]), norms };
}

/** The dot product of row i of `a` and row j of `b`, both row-major [., d], summed in float64. */
export function dotRows(a: Float32Array | Float64Array, i: number, b: Float32Array | Float64Array, j: number, d: number): number {
  let sum = 0;
  for (let k = 0, p = i * d, q = j * d; k < d; k++) sum += a[p + k]! * b[q + k]!;
  return sum;
}
