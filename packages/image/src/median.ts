import { medianPlanes } from '@viewforge/kernels';
import { type Image, values } from '@viewforge/tensor';
import { imageLike, planesOf } from './planes-of.ts';

/** Every value replaced by the median of the 3 x 3 values around it in its channel; beyond the edges are their nearest values. */
export function median3x3(input: Image): Image {
  return imageLike(input, medianPlanes(values(input), planesOf(input)));
}
