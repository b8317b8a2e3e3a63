import { activeEngine, addressOf } from './memory.ts';
import { packScaledTwin, squareSumsTwin } from './reference/panels.ts';

/** Rows [n, d] at `at`, row-major. */
export interface FloatRows {
  readonly data: Float32Array;
  readonly at: number;
  readonly n: number;
  readonly d: number;
}

/** In place: `to` [n] holds the sum of the squares of each row, in float64; its bits depend on the row alone. */
export function squareSums(rows: FloatRows, to: Float64Array): void {
  const [from, sums] = [addressOf(rows.data), addressOf(to)];
  const engine = activeEngine();
  if (engine === undefined || from === undefined || sums === undefined) squareSumsTwin(rows, to);
  else engine.exports.squareSums(from + rows.at * 4, rows.n, rows.d, sums);
}

/**
 * In place: `to` holds the rows, each number times the factor of its row and rounded to float32, as `packPanels` has them. Rows are read in
 * whole panels of 8: there must be memory and factors for as many, and what comes of those beyond row n means nothing.
 */
export function packScaled(rows: FloatRows, factors: Float64Array, to: Float32Array): void {
  const [from, scales, panels] = [rows.data, factors, to].map(addressOf);
  const engine = activeEngine();
  if (engine === undefined || from === undefined || scales === undefined || panels === undefined) {
    packScaledTwin(rows, factors, to);
    return;
  }
  engine.exports.packScaled(from + rows.at * 4, Math.ceil(rows.n / 8) * 8, rows.d, scales, panels);
}
