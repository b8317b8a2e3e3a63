import { allocate, warpPlanes } from '@viewforge/kernels';
import { type Image, image, values } from '@viewforge/tensor';
import type { AffineMatrix } from './affine-matrix.ts';
import { type Fill, fillOf } from './fill.ts';
import { planesOf } from './planes-of.ts';

const { fround } = Math;

/** How an image is warped, and what is made. */
export interface AffineWarp {
  /** From a pixel of the result to the place of the input it shows; each has (0, 0) at its center, x goes right, y down. */
  readonly matrix: AffineMatrix;
  readonly interpolation: 'bilinear' | 'nearest';
  /** What lies beyond the image: black when left out; a given color is blended in by the share that lies outside. */
  readonly fill?: Fill;
  /** Rows and columns of the result; those of the input when left out. */
  readonly height?: number;
  readonly width?: number;
}

/**
 * An image [c, height, width] read through an affine map. The identity and moves by whole pixels are exact.
 *
 * Beyond the image everything is 0: a place at the border of which only a share m lies inside is dimmed by m. With `fill` it becomes
 * m times that plus (1 - m) times the fill, as tensor libraries have it.
 */
export function warpAffine(input: Image, options: AffineWarp): Image {
  const planes = planesOf(input);
  const { matrix, interpolation, fill, height = planes.height, width = planes.width } = options;
  if (![height, width].every((side) => Number.isInteger(side) && side >= 1) || !matrix.every(Number.isFinite)) {
    throw new RangeError(`warpAffine: expected a finite matrix and whole sides >= 1, got [${matrix}] and ${height} x ${width}`);
  }
  const places = allocate(2 * height * width);
  const [a, b, c, d, e, f] = matrix;
  const write = interpolation === 'nearest' ? writeGrid : writePlaces;
  write(places.subarray(0, height * width), { height, width, length: planes.height, across: d, along: e, offset: f });
  write(places.subarray(height * width), { height, width, length: planes.width, across: a, along: b, offset: c });
  const warp = { height, width, places, interpolation, border: 'zero', ...fillOf('warpAffine', fill, planes.count) } as const;
  return image(warpPlanes(values(input), planes, warp), planes.count, height, width);
}

/** One axis of the places: x `across` + y `along` + `offset`, from the center of an input of this length. */
interface Axis {
  readonly height: number;
  readonly width: number;
  readonly length: number;
  readonly across: number;
  readonly along: number;
  readonly offset: number;
}

function writePlaces(to: Float32Array, { height, width, length, across, along, offset }: Axis): void {
  let at = 0;
  for (let y = 0; y < height; y++) {
    const start = along * (y - (height - 1) / 2) + offset + (length - 1) / 2;
    const middle = (width - 1) / 2;
    for (let x = 0; x < width; x++) to[at++] = across * (x - middle) + start;
  }
}

/**
 * The same on a grid of [-1, 1], every step rounded to float32: tensor libraries do it so, and for the nearest pixel, places
 * halfway between two (a quarter turn onto a frame of other parity is all such places) fall where that rounding puts them.
 */
function writeGrid(to: Float32Array, { height, width, length, across, along, offset }: Axis): void {
  const half = fround(length / 2);
  const [byX, byY, shift] = [across, along, offset].map((each) => fround(fround(each) / half)) as [number, number, number];
  let at = 0;
  for (let y = 0; y < height; y++) {
    const down = fround(byY * (y - (height - 1) / 2));
    const middle = (width - 1) / 2;
    for (let x = 0; x < width; x++) {
      const place = fround(fround(fround(byX * (x - middle)) + down) + shift);
      to[at++] = fround(fround(place + 1) * half) - 0.5;
    }
  }
}
