import { allocate, type Border, warpPlanes } from '@viewforge/kernels';
import { type Image, values } from '@viewforge/tensor';
import { imageLike, planesOf } from './planes-of.ts';

/** How an image is read along a field. */
export interface FieldWarp {
  readonly interpolation: 'bilinear' | 'nearest';
  /** What lies beyond the image: zeros, its edge, or its reflection. */
  readonly border: Border;
}

/**
 * An image whose pixel p is the input at p + field(p). The field is [2, h, w] in pixels, down first, then right. A field of 0 is the
 * identity, and whole numbers copy pixels exactly. A place that is no finite number counts as one beyond the border.
 */
export function warpField(input: Image, field: Float32Array, { interpolation, border }: FieldWarp): Image {
  const planes = planesOf(input);
  const { height, width } = planes;
  const plane = height * width;
  if (field.length !== 2 * plane) {
    throw new RangeError(`warpField: expected a field of [2, ${height}, ${width}], got ${field.length} values`);
  }
  const places = allocate(2 * plane);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      places[at] = y + field[at]!;
      places[plane + at] = x + field[plane + at]!;
    }
  }
  return imageLike(input, warpPlanes(values(input), planes, { height, width, places, interpolation, border }));
}
