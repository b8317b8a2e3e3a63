import { type Features, type UnitRows, tensor, values } from '@viewforge/tensor';

/** Weights of mixing: one for all rows, one for each row, or one for each element [n, d]. */
export interface MixWeights {
  readonly by: 'batch' | 'sample' | 'element';
  readonly data: Float32Array | Float64Array;
}

/** w a + (1 - w) b, element by element, of two [n, d], in the element type of `a`. Also how gradients of the sources follow from those of both mixtures. */
export function blendRows(a: Features, b: Features, weights: MixWeights): Features {
  const [n, d] = a.shape as [number, number];
  const [from, other] = [values(a), values(b)];
  const to = from.slice();
  for (let row = 0; row < n; row++) {
    for (let i = row * d; i < (row + 1) * d; i++) {
      const weight = weightAt(weights, row, i);
      to[i] = weight * from[i]! + (1 - weight) * other[i]!;
    }
  }
  return tensor(to, [n, d]);
}

/** The weight of element `at` of all, which is in row `row`. */
export function weightAt({ by, data }: MixWeights, row: number, at: number): number {
  return data[by === 'batch' ? 0 : by === 'sample' ? row : at]!;
}

/**
 * The gradient with respect to rows as given from that of the rows at length 1: (g - u (u . g)) / |z| row by row, 0 for rows that count
 * as zero or hold NaN or an infinity; in the element type of `rows`.
 */
export function pullUnitRows({ rows, norms }: UnitRows, gradient: Features): Features {
  const [n, d] = rows.shape as [number, number];
  const [unit, g] = [values(rows), values(gradient)];
  const to = unit instanceof Float64Array ? new Float64Array(n * d) : new Float32Array(n * d);
  for (let row = 0; row < n; row++) {
    if (!(norms[row]! > 0 && norms[row]! < Number.POSITIVE_INFINITY)) continue;
    let along = 0;
    for (let i = row * d; i < (row + 1) * d; i++) along += unit[i]! * g[i]!;
    for (let i = row * d; i < (row + 1) * d; i++) to[i] = (g[i]! - unit[i]! * along) / norms[row]!;
  }
  return tensor(to, [n, d]);
}

/** In place: `to` plus `from`, element by element. */
export function addRows(to: Features, from: Features): void {
  const [sums, terms] = [values(to), values(from)];
  for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + terms[i]!;
}
