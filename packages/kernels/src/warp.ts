import type { Border } from './blur.ts';
import { compute } from './compute.ts';
import { checkPlanes, type Planes, planeGroups } from './planes.ts';
import { warpPlanesTwin } from './reference/warp.ts';

/** Where each output pixel is read, and how. */
export interface Warp {
  /** Rows and columns of the result. */
  readonly height: number;
  readonly width: number;
  /** [2, height, width], the row, then the column of the input that an output shows; centers of pixels are whole numbers. */
  readonly places: Float32Array;
  /** Between four pixels, or the nearest one (halves go to the even number). */
  readonly interpolation: 'bilinear' | 'nearest';
  readonly border: Border;
  /**
   * One value a plane: where only a share m of a result comes from inside a zero border, the result v becomes
   * v * m + fill * (1 - m).
   */
  readonly fill?: readonly number[];
}

const borders: readonly Border[] = ['zero', 'edge', 'reflect'];

/**
 * Planes read at any places, as planes [count, height, width] of the result. A whole number as a place copies its pixel exactly,
 * and no result leaves the range of the pixels it comes from.
 */
export function warpPlanes(from: Float32Array, planes: Planes, warp: Warp): Float32Array {
  checkPlanes('warpPlanes', from, planes);
  checkWarp(warp, planes);
  const { count, height, width } = planes;
  const { places, border, interpolation, fill } = warp;
  const size = warp.height * warp.width;
  const [stride, toStride] = [height * width * 4, size * 4];
  return compute({
    length: count * size,
    needs: [from, places, (height + 3) * (width + 3) * 16],
    kernel: (exports, to, [at = 0, placesAt = 0, scratch = 0]) => {
      for (const { first, step } of planeGroups(count)) {
        const [red = 0, green = 0, blue = 0] = [0, 1, 2].map((c) => fill?.[first + c * step] ?? 0);
        const [source, target] = [at + first * stride, to + first * toStride];
        const how = [borders.indexOf(border), interpolation === 'nearest' ? 1 : 0, fill === undefined ? 0 : 1] as const;
        const into = [scratch, target, toStride * step] as const;
        exports.warpPlanes(source, stride * step, height, width, placesAt, size, ...how, red, green, blue, ...into);
      }
    },
    twin: (to) => warpPlanesTwin(from, planes, warp, to),
  });
}

function checkWarp({ height, width, places, fill }: Warp, { count }: Planes): void {
  const size = height * width;
  if (!Number.isInteger(size) || size < 1 || places.length !== 2 * size) {
    throw new RangeError(`warpPlanes: expected places of [2, ${height}, ${width}] with at least one pixel, got ${places.length}`);
  }
  if (fill !== undefined && fill.length !== count) {
    throw new RangeError(`warpPlanes: expected ${count} values to fill with, got ${fill.length}`);
  }
}
