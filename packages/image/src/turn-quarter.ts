import { allocate } from '@viewforge/kernels';
import { type Image, image, values } from '@viewforge/tensor';
import { flipHorizontal, flipVertical } from './crop.ts';
import { planesOf } from './planes-of.ts';

/** An image turned counter-clockwise by `turns` quarters, any whole number; exact. An odd number swaps height and width. */
export function turnQuarter(input: Image, turns: number): Image {
  if (!Number.isInteger(turns)) throw new RangeError(`turnQuarter: expected a whole number of turns, got ${turns}`);
  switch (((turns % 4) + 4) % 4) {
    case 1:
      return flipVertical(transposed(input));
    case 2:
      return flipVertical(flipHorizontal(input));
    case 3:
      return flipHorizontal(transposed(input));
    default:
      return input;
  }
}

/** Rows become columns. */
function transposed(input: Image): Image {
  const { count, height, width } = planesOf(input);
  const from = values(input);
  const to = allocate(from.length);
  for (let c = 0; c < count; c++) {
    const plane = c * height * width;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) to[plane + x * height + y] = from[plane + y * width + x]!;
    }
  }
  return image(to, count, width, height);
}
