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

/**
 * Gradient with respect to the rows that `unitRows` was given, from the gradient with respect to its result:
 * (g - u (u . g)) / |z| row by row; 0 for rows that count as zero.
 */
export function unitRowsPullback(unit: UnitRows, gradient: Features): Features {
  const [n, d] = gradient.shape as [number, number];
  const u = values(unit.rows);
  const g = values(gradient);
  const result = g instanceof Float64Array ? new Float64Array(n * d) : new Float32Array(n * d);
  for (let row = 0; row < n; row++) {
    const norm = unit.norms[row]!;
    if (norm === 0) continue;
    let along = 0;
    for (let i = row * d; i < row * d + d; i++) along += u[i]! * g[i]!;
    for (let i = row * d; i < row * d + d; i++) result[i] = (g[i]! - u[i]! * along) / norm;
  }
  return tensor(result, [n, d]);
}

/** The dot product of row i of `a` and row j of `b`, both row-major [., d], summed in float64. */
export function dotRows(a: Float32Array | Float64Array, i: number, b: Float32Array | Float64Array, j: number, d: number): number {
  let sum = 0;
  for (let k = 0, p = i * d, q = j * d; k < d; k++) sum += a[p + k]! * b[q + k]!;
  return sum;
}
