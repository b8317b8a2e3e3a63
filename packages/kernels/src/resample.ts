import { compute } from './compute.ts';
import type { TableArguments } from './load.ts';
import { checkPlanes, type Planes, planeGroups } from './planes.ts';
import { resamplePlanesTwin } from './reference/resample.ts';

/**
 * How one axis is resampled: output i is the sum over k of weights[i * taps + k] * input[starts[i] + k]. A table must not change once it
 * was used: what a resampling makes of it is kept.
 */
export interface AxisTable {
  /** Outputs. */
  readonly count: number;
  /** Inputs read for each output; an output that needs fewer has zero weights. */
  readonly taps: number;
  /** [count]; every starts[i] + taps is at most the length of the input. */
  readonly starts: Int32Array;
  /** [count, taps] */
  readonly weights: Float32Array;
}

/** Both axes of a resampling, and the interval [low, high] that results are clamped to (infinite ends leave them alone). */
export interface ResampleTables {
  readonly vertical: AxisTable;
  readonly horizontal: AxisTable;
  readonly low: number;
  readonly high: number;
}

/** Resampled planar floats [count, vertical.count, horizontal.count]. */
export function resamplePlanes(from: Float32Array, planes: Planes, tables: ResampleTables): Float32Array {
  const { vertical, horizontal, low, high } = tables;
  checkPlanes('resamplePlanes', from, planes);
  checkTables('resamplePlanes', planes, tables);
  const [before, after] = [planes.height * planes.width * 4, vertical.count * horizontal.count * 4];
  return compute({
    length: (planes.count * after) / 4,
    needs: [from, ...tableNeeds(tables), rowBytes(planes.width)],
    kernel: (exports, to, [at = 0, ...tableAt]) => {
      for (const { first, step } of planeGroups(planes.count)) {
        const [source, target] = [at + first * before, to + first * after];
        exports.resamplePlanes(
          source,
          before * step,
          planes.width,
          target,
          after * step,
          ...tableArguments(tables, tableAt),
          low,
          high,
        );
      }
    },
    twin: (to) => resamplePlanesTwin(from, planes, tables, to),
  });
}

/** Both table's arrays. The kernel makes four outputs at a time, so the horizontal one is filled up with starts and weights of 0. */
function tableNeeds({ vertical, horizontal }: ResampleTables): readonly ArrayBufferView[] {
  const count = Math.ceil(horizontal.count / 4) * 4;
  const starts = new Int32Array(count);
  const weights = new Float32Array(count * horizontal.taps);
  starts.set(horizontal.starts);
  weights.set(horizontal.weights);
  return [vertical.starts, vertical.weights, starts, weights];
}

/** The counts of both tables and the addresses of their arrays and of the row between the passes, as kernels take them. */
export function tableArguments({ vertical, horizontal }: ResampleTables, at: readonly number[]): TableArguments {
  const [rowStarts = 0, rowWeights = 0, columnStarts = 0, columnWeights = 0, row = 0] = at;
  return [
    vertical.count,
    vertical.taps,
    rowStarts,
    rowWeights,
    horizontal.count,
    horizontal.taps,
    columnStarts,
    columnWeights,
    row,
  ];
}

/** One interleaved row of floats, with room for the whole vectors at its end. */
function rowBytes(width: number): number {
  return (width * 3 + 32) * 4;
}

/** Throws RangeError for a table that does not hold what it says, or reads outside of its input. */
export function checkTables(
  where: string,
  { height, width }: { height: number; width: number },
  { vertical, horizontal }: ResampleTables,
): void {
  for (const [axis, length] of [
    [vertical, height],
    [horizontal, width],
  ] as const) {
    const fits =
      axis.starts.length === axis.count && axis.weights.length === axis.count * axis.taps && axis.count > 0 && axis.taps > 0;
    if (!fits || axis.starts.some((start) => start < 0 || start + axis.taps > length)) {
      throw new RangeError(
        `${where}: expected a table of ${axis.count} outputs that reads inside ${length} inputs, got one that does not`,
      );
    }
  }
}
