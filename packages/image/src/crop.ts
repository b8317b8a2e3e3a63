import { allocate, bytesToPlanes, flipPlanes, turnPlanesOver } from '@viewforge/kernels';
import { type Image, image, type Pixels, values } from '@viewforge/tensor';
import { imageLike, isPixels, planesOf } from './planes-of.ts';
import { type Box, checkBox, rgbRows } from './rgb-rows.ts';

/** The part of an image or of decoded RGB bytes inside `box`, as an image [c, box.height, box.width]; values stay exact. */
export function crop(input: Pixels | Image, box: Box): Image {
  checkBox('crop', box, input.shape);
  const { top, left, height, width } = box;
  if (isPixels(input)) return image(bytesToPlanes(rgbRows('crop', input, box)), 3, height, width);
  const planes = planesOf(input);
  const from = values(input);
  const to = allocate(planes.count * height * width);
  for (let c = 0; c < planes.count; c++) {
    for (let y = 0; y < height; y++) {
      const start = (c * planes.height + top + y) * planes.width + left;
      to.set(from.subarray(start, start + width), (c * height + y) * width);
    }
  }
  return image(to, planes.count, height, width);
}

/** The mirror image: left and right change places. Twice is the identity. */
export function flipHorizontal(input: Image): Image {
  return imageLike(input, flipPlanes(values(input), planesOf(input)));
}

/** Top and bottom change places. Twice is the identity. */
export function flipVertical(input: Image): Image {
  return imageLike(input, turnPlanesOver(values(input), planesOf(input)));
}
