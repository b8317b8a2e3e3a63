import { ViewforgeError } from '@viewforge/core';
import { type Features, tensor, type UnitRows, unitRows, values } from '@viewforge/tensor';

/** Rows [n, d] brought to length 1 in float64. Throws ViewforgeError (NOT_FINITE) for a row that holds NaN or an infinity. */
export function unitRowsOf(rows: Features, where: string, name: string): UnitRows {
  const unit = unitRows(tensor(Float64Array.from(values(rows)), rows.shape));
  const broken = unit.norms.findIndex((norm) => !Number.isFinite(norm));
  if (broken !== -1) throw new ViewforgeError('NOT_FINITE', where, `expected finite ${name}, got others in row ${broken}`);
  return unit;
}

/**
 * From the gradient with respect to rows of length 1 to that of the rows as they were given, in the element type of `like`:
 * (g - u (u . g)) / |z| row by row, 0 for rows that count as zero.
 */
export function unitGradient({ rows, norms }: UnitRows, gradient: Float64Array, like: Features): Features {
  const [n, d] = rows.shape as [number, number];
  const unit = values(rows);
  const result = values(like) instanceof Float64Array ? new Float64Array(n * d) : new Float32Array(n * d);
  for (let row = 0; row < n; row++) {
    if (norms[row] === 0) continue;
    let along = 0;
    for (let i = row * d; i < row * d + d; i++) along += unit[i]! * gradient[i]!;
    for (let i = row * d; i < row * d + d; i++) result[i] = (gradient[i]! - unit[i]! * along) / norms[row]!;
  }
  return tensor(result, [n, d]);
}
