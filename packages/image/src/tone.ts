import { addBelow } from '@viewforge/kernels';
import { type Image, values } from '@viewforge/tensor';
import { solarize } from './color.ts';
import { imageLike } from './planes-of.ts';

/** The negative: 1 - x everywhere, clamped to [0, 1]. Twice is the identity up to rounding. */
export function invert(input: Image): Image {
  return solarize(input, Number.NEGATIVE_INFINITY);
}

/** `amount` added to every value below `threshold` (both intensities), clamped to [0, 1]; the others stay. */
export function solarizeAdd(input: Image, amount: number, threshold = 0.5): Image {
  return imageLike(input, addBelow(values(input), amount, threshold));
}
