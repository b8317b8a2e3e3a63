import type { Planes } from '../planes.ts';
import { degradeBlocksTwin, whole } from './jpeg-blocks.ts';
import { clampLane } from './lanes.ts';

const { floor, fround } = Math;

/** A plane of floats, row by row. */
interface Plane {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** The twin of the kernel `jpegPlanes`. */
export function jpegPlanesTwin(
  from: Float32Array,
  { count, height, width }: Planes,
  cosines: Float32Array,
  steps: Float32Array,
  to: Float32Array,
): void {
  const size = height * width;
  const levels = Float32Array.from(from, (value) => whole(fround(clampLane(value, 0, 1) * 255)));
  const squares = { rows: 16 * Math.ceil(height / 16), columns: 16 * Math.ceil(width / 16) };
  /** Weighted sums of the levels of all planes, rounded, as far as the squares reach, minus `middle`. */
  const read = (weights: readonly number[], first: number, middle: number): Plane => {
    const rounded = weights.map(fround);
    const at = (y: number, x: number) => Math.min(y, height - 1) * width + Math.min(x, width - 1);
    return planeOf(squares, (y, x) => {
      const terms = rounded.map((weight, c) => fround(weight * levels[(first + c) * size + at(y, x)]!));
      return whole(terms.reduce((sum, term) => fround(sum + term))) - middle;
    });
  };
  const write = (plane: number, value: (i: number, y: number, x: number) => number) => {
    for (let i = 0; i < size; i++) {
      const level = whole(clampLane(value(i, floor(i / width), i % width), 0, 255));
      to[plane * size + i] = fround(level / 255);
    }
  };
  const degraded = (plane: Plane, its: Float32Array): Plane => {
    degradeBlocksTwin(plane.data, plane.rows, plane.columns, cosines, its);
    return plane;
  };
  const lumaOf = (plane: Plane) => (y: number, x: number) => fround(plane.data[y * plane.columns + x]! + 128);
  if (count !== 3) {
    for (let c = 0; c < count; c++) {
      const gray = lumaOf(degraded(read([1], c, 128), steps));
      write(c, (_, y, x) => gray(y, x));
    }
    return;
  }
  const luma = lumaOf(degraded(read([0.299, 0.587, 0.114], 0, 128), steps));
  const chroma = (weights: readonly number[]) =>
    enlarged(degraded(halved(read(weights, 0, 0)), steps.subarray(64)), height, width);
  const blue = chroma([-0.168736, -0.331264, 0.5]);
  const red = chroma([0.5, -0.418688, -0.081312]);
  write(0, (i, y, x) => fround(luma(y, x) + fround(fround(1.402) * red[i]!)));
  write(1, (i, y, x) => fround(fround(luma(y, x) - fround(fround(0.344136) * blue[i]!)) - fround(fround(0.714136) * red[i]!)));
  write(2, (i, y, x) => fround(luma(y, x) + fround(fround(1.772) * blue[i]!)));
}

function planeOf({ rows, columns }: Pick<Plane, 'rows' | 'columns'>, value: (y: number, x: number) => number): Plane {
  const data = Float32Array.from({ length: rows * columns }, (_, i) => value(floor(i / columns), i % columns));
  return { rows, columns, data };
}

/** Means of 2 x 2 values, rounded; columns are added first. */
function halved({ rows, columns, data }: Plane): Plane {
  return planeOf({ rows: rows / 2, columns: columns / 2 }, (y, x) => {
    const at = 2 * y * columns + 2 * x;
    const left = fround(data[at]! + data[at + columns]!);
    const right = fround(data[at + 1]! + data[at + columns + 1]!);
    return whole(fround(fround(left + right) * 0.25));
  });
}

/** [height, width]; three quarters of the nearest value and one of the next, rows first. */
function enlarged({ columns, data }: Plane, height: number, width: number): Float32Array {
  const blend = (near: number, far: number) => fround(fround(0.75 * near) + fround(0.25 * far));
  const next = (position: number, length: number) => {
    const near = position >> 1;
    const last = Math.ceil(length / 2) - 1;
    return Math.min(last, Math.max(0, position % 2 === 1 ? near + 1 : near - 1));
  };
  return planeOf({ rows: height, columns: width }, (y, x) => {
    const at = (column: number) => blend(data[(y >> 1) * columns + column]!, data[next(y, height) * columns + column]!);
    return blend(at(x >> 1), at(next(x, width)));
  }).data;
}
