import { compute } from './compute.ts';
import { mixRowsTwin } from './reference/mix-rows.ts';

/** Which rows are mixed, and how: m mixtures of two rows each. */
export interface RowMix {
  /** Row-major [t, width]. */
  readonly rows: Float32Array;
  readonly width: number;
  /** [m]; rows a and b of each mixture. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** [m]; how much of row a is in each mixture; beyond 1 it leads away from row b. */
  readonly weights: Float32Array;
}

/** b + w (a - b) of each mixture, [m, width] in float32. Throws RangeError for an index beyond the rows, or lists of different lengths. */
export function mixRows(mix: RowMix): Float32Array {
  return mixed(mix, 0);
}

/** The same, each brought to length 1; what is shorter than 1e-12 is divided by that, so that a mixture of zeros stays one. */
export function mixUnitRows(mix: RowMix): Float32Array {
  return mixed(mix, 1);
}

function mixed(mix: RowMix, unit: 0 | 1): Float32Array {
  const { rows, width, first, second, weights } = mix;
  const count = weights.length;
  if (first.length !== count || second.length !== count) {
    throw new RangeError(`mixRows: expected ${count} rows twice, one for each weight, got ${first.length} and ${second.length}`);
  }
  const known = Math.floor(rows.length / width);
  for (let r = 0; r < count; r++) {
    const [a, b] = [first[r]!, second[r]!];
    if (!(a >= 0 && a < known && b >= 0 && b < known))
      throw new RangeError(`mixRows: expected rows in 0..${known - 1}, got ${a} and ${b}`);
  }
  return compute({
    length: count * width,
    needs: [rows, first, second, weights],
    kernel: (exports, to, [at = 0, firstAt = 0, secondAt = 0, weightAt = 0]) =>
      exports.mixRows(at, width, firstAt, secondAt, weightAt, count, unit, to),
    twin: (to) => mixRowsTwin(mix, unit, to),
  });
}
