import { adjustSaturation, adjustSharpness, equalize, erase, lookUp, rotate, warpAffine } from '@viewforge/image';
import type { Image } from '@viewforge/tensor';
import { byteTables } from './byte-tables.ts';
import type { Operation } from './operation.ts';
import type { Warp } from './warp-fields.ts';

/**
 * An image [c, h, w] in [0, 1] after one operation after the other, on levels: what comes in and what each operation gives is
 * rounded to the nearest of 256, so results are levels / 255. Without an operation but `identity`, the image as it is. Images
 * that have not three channels count as gray: `color` leaves them, `contrast` takes the mean of each channel.
 */
export function applyOperations(input: Image, operations: readonly Operation[], warp: Warp): Image {
  const active = operations.filter(({ op }) => op !== 'identity');
  return active.length === 0
    ? input
    : active.reduce((image, operation) => applyOperation(image, operation, warp), toLevels(input));
}

/** From levels / 255 to levels / 255. */
function applyOperation(image: Image, operation: Operation, warp: Warp): Image {
  switch (operation.op) {
    case 'identity':
      return image;
    case 'equalize':
      return equalize(image);
    case 'color':
      return toLevels(adjustSaturation(image, operation.factor));
    case 'sharpness':
      return toLevels(adjustSharpness(image, operation.factor));
    case 'rotate':
      return onLevels(rotate(image, { degrees: operation.degrees, expand: false, ...warpOf(warp) }), warp);
    case 'shear-x':
    case 'shear-y':
    case 'translate-x':
    case 'translate-y':
      return onLevels(warpAffine(image, { matrix: matrixOf(operation, image.shape), ...warpOf(warp) }), warp);
    case 'cutout': {
      const { op: _, ...box } = operation;
      return box.height * box.width === 0 ? image : erase(image, box, levelOfFill(warp));
    }
    default:
      return lookUp(image, byteTables(image, operation));
  }
}

type Move = Extract<Operation, { readonly op: 'shear-x' | 'shear-y' | 'translate-x' | 'translate-y' }>;
type Matrix = [number, number, number, number, number, number];

/** From a pixel of the result to one of the image, both counted from the middle; a lean is around the top left corner. */
function matrixOf(operation: Move, [, height, width]: readonly number[]): Matrix {
  switch (operation.op) {
    case 'shear-x':
      return [1, operation.slope, (operation.slope * height!) / 2, 0, 1, 0];
    case 'shear-y':
      return [1, 0, 0, operation.slope, 1, (operation.slope * width!) / 2];
    case 'translate-x':
      return [1, 0, -operation.pixels, 0, 1, 0];
    case 'translate-y':
      return [1, 0, 0, 0, 1, -operation.pixels];
  }
}

/** Every value rounded to its level. */
function toLevels(image: Image): Image {
  return lookUp(image, [Float32Array.from({ length: 256 }, (_, level) => level / 255)]);
}

/** Values of the nearest pixel are levels already. */
function onLevels(image: Image, { interpolation }: Warp): Image {
  return interpolation === 'nearest' ? image : toLevels(image);
}

/** Black needs no fill: then a pixel at the border is dimmed only by the share that lies outside. */
function warpOf(warp: Warp) {
  return { interpolation: warp.interpolation, ...(warp.fill === 'gray' && { fill: levelOfFill(warp) }) };
}

function levelOfFill({ fill }: Warp): number {
  return fill === 'gray' ? 128 / 255 : 0;
}
