import { allocate, uniformNoise } from '@viewforge/kernels';
import { type Image, image, values } from '@viewforge/tensor';
import { channelsOf, type Fill } from './fill.ts';
import { imageLike, planesOf } from './planes-of.ts';
import { paste } from './paste.ts';
import { type Box, checkBox } from './rgb-rows.ts';

/** An image with one color, or one intensity for all channels, in the place of a box that lies inside it. */
export function erase(input: Image, box: Box, value: Fill): Image {
  checkBox('erase', box, input.shape);
  const { count, height, width } = planesOf(input);
  const colors = channelsOf('erase', value, count);
  const from = values(input);
  const to = allocate(from.length);
  to.set(from);
  for (let c = 0; c < count; c++) {
    for (let y = box.top; y < box.top + box.height; y++) {
      const start = (c * height + y) * width + box.left;
      to.fill(colors[c]!, start, start + box.width);
    }
  }
  return imageLike(input, to);
}

/** An image with even noise in [0, 1), another value in every channel of every pixel, in the place of a box; the seed names the noise. */
export function eraseWithNoise(input: Image, box: Box, seed: number): Image {
  checkBox('eraseWithNoise', box, input.shape);
  const { count } = planesOf(input);
  const noise = uniformNoise(count * box.height * box.width, seed);
  return paste(input, image(noise, count, box.height, box.width), box);
}
