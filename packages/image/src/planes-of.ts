import type { Planes } from '@viewforge/kernels';
import { type Image, image, type Pixels } from '@viewforge/tensor';

/** The shape of an image as kernels take it. */
export function planesOf(input: Image): Planes {
  const [count, height, width] = input.shape as [number, number, number];
  return { count, height, width };
}

/** An image of the same shape over new planar values. */
export function imageLike(input: Image, data: Float32Array): Image {
  const { count, height, width } = planesOf(input);
  return image(data, count, height, width);
}

/** Whether these are decoded bytes rather than floats. */
export function isPixels(input: Pixels | Image): input is Pixels {
  return input.data instanceof Uint8Array;
}
