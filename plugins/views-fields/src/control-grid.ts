import { type AxisTable, resamplePlanes } from '@viewforge/kernels';

/** Displacements of the points of a square grid, in steps of the grid: [2, size, size], down first, then across. */
export interface Grid {
  readonly size: number;
  readonly data: Float32Array;
}

/**
 * The grid, of at least 2 x 2 points, read bilinearly where these rows and columns cross: [2, rows, columns]. Beyond its edge it goes
 * on unchanged.
 */
export function readGrid({ size, data }: Grid, rows: readonly number[], columns: readonly number[]): Float32Array {
  const tables = { vertical: readAxis(size, rows), horizontal: readAxis(size, columns) };
  const unlimited = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  return resamplePlanes(data, { count: 2, height: size, width: size }, { ...tables, ...unlimited });
}

function readAxis(size: number, positions: readonly number[]): AxisTable {
  const places = positions.map((position) => Math.min(size - 1, Math.max(0, position)));
  const starts = Int32Array.from(places, (place) => Math.min(size - 2, Math.floor(place)));
  const weights = Float32Array.from(places.flatMap((place, i) => [1 - (place - starts[i]!), place - starts[i]!]));
  return { count: positions.length, taps: 2, starts, weights };
}

/** Where the points of a grid are after one step: the upper left of the four points around, and how far from it, in [0, 1]. */
export interface Moved {
  readonly corners: Int32Array;
  readonly down: Float32Array;
  readonly across: Float32Array;
}

/** The points p + velocity(p), held back at the edge of the grid. */
export function movedBy({ size, data }: Grid): Moved {
  const count = size * size;
  const moved = { corners: new Int32Array(count), down: new Float32Array(count), across: new Float32Array(count) };
  for (let row = 0, i = 0; row < size; row++) {
    for (let column = 0; column < size; column++, i++) {
      const y = Math.min(size - 1, Math.max(0, row + data[i]!));
      const x = Math.min(size - 1, Math.max(0, column + data[count + i]!));
      const top = Math.min(size - 2, Math.floor(y));
      const left = Math.min(size - 2, Math.floor(x));
      moved.corners[i] = top * size + left;
      moved.down[i] = y - top;
      moved.across[i] = x - left;
    }
  }
  return moved;
}

/** velocity + displacement o (id + velocity): one step, then the displacement from where it leads. `moved` is where it leads. */
export function advance(displacement: Grid, velocity: Grid, { corners, down, across }: Moved): Grid {
  const { size } = velocity;
  const count = size * size;
  const from = displacement.data;
  const data = new Float32Array(2 * count);
  for (let plane = 0; plane < 2 * count; plane += count) {
    for (let i = 0; i < count; i++) {
      const corner = plane + corners[i]!;
      const x = across[i]!;
      const above = from[corner]! + x * (from[corner + 1]! - from[corner]!);
      const below = from[corner + size]! + x * (from[corner + size + 1]! - from[corner + size]!);
      data[plane + i] = velocity.data[plane + i]! + above + down[i]! * (below - above);
    }
  }
  return { size, data };
}

/** The displacement after following a velocity so many times: u <- velocity + u o (id + velocity), from u = 0 on. */
export function followed(velocity: Grid, steps: number): Grid {
  const moved = movedBy(velocity);
  let displacement: Grid = { size: velocity.size, data: new Float32Array(velocity.data.length) };
  for (let step = 0; step < steps; step++) displacement = advance(displacement, velocity, moved);
  return displacement;
}
