import { type ResampleTables, resampleBytes, resamplePlanes } from '@viewforge/kernels';
import { type Image, image, type Pixels, values } from '@viewforge/tensor';
import { type Axis, axisTable, type Interpolation, reversedTable } from './axis-table.ts';
import { crop, flipHorizontal } from './crop.ts';
import { resizeNearest } from './nearest.ts';
import { isPixels, planesOf } from './planes-of.ts';
import { type Box, checkBox, rgbRows } from './rgb-rows.ts';

/** What a resize makes and how. */
export interface Resize {
  /** Rows and columns of the result, both at least 1. */
  readonly height: number;
  readonly width: number;
  readonly interpolation: Interpolation;
  /** Whether a reduction averages over all the pixels it covers instead of picking some. Nearest pixels have no use for it. */
  readonly antialias: boolean;
  /** Whether the result is mirrored, left to right, which costs nothing here. Default: not. */
  readonly flip?: boolean;
}

/**
 * An image or decoded RGB bytes brought to another size, as an image [c, height, width].
 *
 * Pixel centers lie at halves; `axisTable` tells the kernels. 'nearest' takes the input pixel floor(i * input / output), as tensor
 * libraries do, 'nearest-exact' floor((i + 0.5) * input / output), as imaging libraries do. From bytes the result is in [0, 1]: bicubic overshoot is clamped; it is computed in fixed point, for photographs within a
 * twentieth of a level (2e-4) of the exact one. From an image, bilinear, box and hamming results stay within
 * [0, 1] or, where the image leaves that, its own extremes; bicubic and lanczos ones may overshoot, because the image may be a normalized one.
 */
export function resize(input: Pixels | Image, options: Resize): Image {
  const [, height, width] = input.shape as [number, number, number];
  return resizedCrop(input, { top: 0, left: 0, height, width }, options);
}

/** A box of an image or of decoded RGB bytes brought to another size: `resize` of `crop`, without the copy between. */
export function resizedCrop(input: Pixels | Image, box: Box, options: Resize): Image {
  checkBox('resizedCrop', box, input.shape);
  const { height, width, interpolation, antialias } = options;
  if (![height, width].every((side) => Number.isInteger(side) && side >= 1)) {
    throw new RangeError(`resizedCrop: expected a size of whole pixels >= 1, got ${height} x ${width}`);
  }
  if (box.height === height && box.width === width) return mirrored(crop(input, box), options);
  if (interpolation === 'nearest' || interpolation === 'nearest-exact') {
    const place = interpolation === 'nearest' ? 0 : 0.5;
    return mirrored(resizeNearest(crop(input, box), { height, width, place }), options);
  }
  const vertical = axisTable({ input: box.height, output: height, interpolation, antialias });
  const across: Axis = { input: box.width, output: width, interpolation, antialias };
  const horizontal = options.flip ? reversedTable(across) : axisTable(across);
  if (isPixels(input)) {
    const tables = { vertical, horizontal, low: 0, high: 1 };
    return image(resampleBytes(rgbRows('resizedCrop', input, box), tables), 3, height, width);
  }
  const whole = box.height === input.shape[1] && box.width === input.shape[2];
  const cut = whole ? input : crop(input, box);
  return resizeImage(cut, { vertical, horizontal, ...limits(values(cut), interpolation) });
}

function resizeImage(input: Image, tables: ResampleTables): Image {
  const planes = planesOf(input);
  return image(resamplePlanes(values(input), planes, tables), planes.count, tables.vertical.count, tables.horizontal.count);
}

function mirrored(input: Image, { flip }: Resize): Image {
  return flip ? flipHorizontal(input) : input;
}

/** What results are clamped to; it only takes rounding errors off bilinear ones. */
function limits(from: Float32Array, interpolation: Interpolation): { low: number; high: number } {
  if (interpolation === 'bicubic' || interpolation === 'lanczos')
    return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  let [low, high] = [0, 1];
  for (let i = 0; i < from.length; i++) {
    if (from[i]! < low) low = from[i]!;
    else if (from[i]! > high) high = from[i]!;
  }
  return { low, high };
}
