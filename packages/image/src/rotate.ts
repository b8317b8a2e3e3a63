import type { Image } from '@viewforge/tensor';
import { type AffineMatrix, affineMatrix } from './affine-matrix.ts';
import type { Fill } from './fill.ts';
import { warpAffine } from './warp-affine.ts';

/** A turn about the center. */
export interface Rotation {
  /** Counter-clockwise. */
  readonly degrees: number;
  readonly interpolation: 'bilinear' | 'nearest';
  /** Whether the frame grows to hold the whole turned picture; otherwise it stays and corners are cut off. */
  readonly expand: boolean;
  /** As in `warpAffine`. */
  readonly fill?: Fill;
}

/** An image turned about its center, in its own frame or in one that holds all of it. `turnQuarter` is exact for multiples of 90 degrees. */
export function rotate(input: Image, { degrees, interpolation, expand, fill }: Rotation): Image {
  const matrix = affineMatrix({ degrees: -degrees, translate: [0, 0], scale: 1, shear: [0, 0] });
  const [, height, width] = input.shape as [number, number, number];
  const frame = expand ? frameOf(matrix, height, width) : { height, width };
  return warpAffine(input, { matrix, interpolation, ...frame, ...(fill === undefined ? {} : { fill }) });
}

/** The whole pixels, counted from the corner of the input, that the turned corners span; a ten-thousandth beyond one does not count. */
function frameOf([a, b, , d, e]: AffineMatrix, height: number, width: number): { height: number; width: number } {
  const corners = [-1, 1].flatMap((x) => [-1, 1].map((y) => [(x * width) / 2, (y * height) / 2] as const));
  const span = (places: readonly number[], length: number): number => {
    const ends = [Math.max(...places), Math.min(...places)].map((end) => Math.trunc((Math.fround(end) + length / 2) * 1e4) / 1e4);
    return Math.ceil(ends[0]!) - Math.floor(ends[1]!);
  };
  return {
    height: span(
      corners.map(([x, y]) => d * x + e * y),
      height,
    ),
    width: span(
      corners.map(([x, y]) => a * x + b * y),
      width,
    ),
  };
}
