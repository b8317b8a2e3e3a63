import { stretchPlanes } from '@viewforge/kernels';
import { type Image, values } from '@viewforge/tensor';
import { imageLike, planesOf } from './planes-of.ts';

/**
 * An image [c, h, w] whose channels reach, each by itself, from 0 to 1: (x - lowest) / (highest - lowest), without rounding to levels. A
 * channel of one value keeps it.
 */
export function autocontrast(input: Image): Image {
  return imageLike(input, stretchPlanes(values(input), planesOf(input)));
}
