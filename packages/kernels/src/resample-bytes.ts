import { compute } from './compute.ts';
import { type ByteRows, checkRows, windowBytes } from './planes.ts';
import { resampleBytesTwin } from './reference/resample-bytes.ts';
import { type AxisTable, checkTables, type ResampleTables, tableArguments } from './resample.ts';

/** Bits behind the point of a weight. */
const weightBits = 14;

/** A table in 16-bit fixed point: two taps of an output side by side, the last one filled up with 0. */
export interface FixedTable extends Pick<AxisTable, 'count' | 'taps' | 'starts'> {
  /** [count, 2 * ceil(taps / 2)], in units of 2^-14; an output's weights sum to what they sum to in float, rounded. */
  readonly weights: Int16Array;
  /** Whether some weights are negative, so that results may leave the range of the input. */
  readonly overshoots: boolean;
}

/** Both axes, with how values between the passes are kept: shifted right by `shift`, and multiplied by `scale` in the end. */
export interface FixedTables extends Pick<ResampleTables, 'low' | 'high'> {
  readonly vertical: FixedTable;
  readonly horizontal: FixedTable;
  readonly shift: number;
  readonly scale: number;
}

/**
 * Resampled RGB bytes in [0, 1], as three planes [3, vertical.count, horizontal.count]. The arithmetic is 16-bit fixed point with
 * 32-bit sums: for weights that sum to 1 and bytes that are much like their neighbors, results are within a twentieth of a level (2e-4) of
 * exact ones, however many taps there are. Weights are in [-2, 2).
 */
export function resampleBytes(rows: ByteRows, tables: ResampleTables): Float32Array {
  checkRows('resampleBytes', rows);
  checkTables('resampleBytes', rows, tables);
  const fixed = fixedTables(tables);
  const { vertical, horizontal, low, high, shift, scale } = fixed;
  const size = vertical.count * horizontal.count;
  return compute({
    length: 3 * size,
    needs: [
      windowBytes(rows),
      ...[vertical.starts, vertical.weights, horizontal.starts, horizontal.weights],
      (rows.width * 3 + 32) * 2, // one row between the passes, with room for whole vectors
    ],
    kernel: (exports, to, [from = 0, ...tableAt]) => {
      const counts = tableArguments(tables, tableAt);
      exports.resampleBytes(from, rows.rowStride, rows.width, to, size * 4, ...counts, low, high, shift, scale);
    },
    twin: (to) => resampleBytesTwin(rows, fixed, to),
  });
}

/** Columns that a kernel makes at a time. */
const columnStep = 4;
/** Tables in fixed point by their originals, which callers may use again. */
const [fixedRows, fixedColumns] = [new WeakMap<AxisTable, FixedTable>(), new WeakMap<AxisTable, FixedTable>()];

/** One bit behind the point less where negative weights make values overshoot. */
function fixedTables({ vertical, horizontal, low, high }: ResampleTables): FixedTables {
  const rows = fixedRows.get(vertical) ?? fixedTable(vertical, 1);
  const columns = fixedColumns.get(horizontal) ?? fixedTable(horizontal, columnStep);
  fixedRows.set(vertical, rows);
  fixedColumns.set(horizontal, columns);
  const shift = rows.overshoots ? 8 : 7;
  const scale = Math.fround(1 / (255 * 2 ** (2 * weightBits - shift)));
  return { vertical: rows, horizontal: columns, low, high, shift, scale };
}

/**
 * Rounding is carried on from one weight of an output to the next, so it changes the sum of any first ones by half a unit at most: with
 * many taps, rounding each by itself would add up. The count of outputs is filled up to a multiple of `step`.
 */
function fixedTable({ count, taps, starts, weights }: AxisTable, step: number): FixedTable {
  const width = taps + (taps % 2);
  const filled = Math.ceil(count / step) * step;
  const fixed = new Int16Array(filled * width);
  for (let i = 0; i < count; i++) {
    let exact = 0;
    let rounded = 0;
    for (let k = 0; k < taps; k++) {
      exact += weights[i * taps + k]! * 2 ** weightBits;
      const whole = Math.round(exact) - rounded;
      if (!(whole <= 32767 && whole >= -32768)) throw new RangeError(`resampleBytes: expected weights in [-2, 2), got ${whole}`);
      fixed[i * width + k] = whole;
      rounded += whole;
    }
  }
  const all = new Int32Array(filled);
  all.set(starts);
  return { count, taps, starts: all, weights: fixed, overshoots: weights.some((weight) => weight < 0) };
}
