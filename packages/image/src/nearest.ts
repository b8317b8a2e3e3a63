import { allocate } from '@viewforge/kernels';
import { type Image, image, values } from '@viewforge/tensor';
import { planesOf } from './planes-of.ts';

/**
 * An image [c, height, width] whose pixel i, on either axis, is the input's pixel floor((i + place) * input / output): the one at the edge
 * of the new pixel for a `place` of 0, in its middle for 0.5.
 */
export function resizeNearest(
  input: Image,
  { height, width, place }: { readonly height: number; readonly width: number; readonly place: number },
): Image {
  const planes = planesOf(input);
  const from = values(input);
  const to = allocate(planes.count * height * width);
  const columns = Int32Array.from({ length: width }, (_, x) => Math.floor(((x + place) * planes.width) / width));
  let at = 0;
  for (let c = 0; c < planes.count; c++) {
    for (let y = 0; y < height; y++) {
      const line = (c * planes.height + Math.floor(((y + place) * planes.height) / height)) * planes.width;
      for (let x = 0; x < width; x++) to[at++] = from[line + columns[x]!]!;
    }
  }
  return image(to, planes.count, height, width);
}
