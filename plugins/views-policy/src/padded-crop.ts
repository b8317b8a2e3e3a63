import { defineAugmenter, integer } from '@viewforge/core';
import { crop, pad } from '@viewforge/image';
import { z } from 'zod';

/** Moves an image [c, h, w] by up to `padding` pixels each way: pads it with black and cuts a box of its size at any place. */
export const paddedCrop = defineAugmenter({
  name: 'padded-crop',
  summary: 'Pad an image with black and cut its size back.',
  reference: 'https://arxiv.org/abs/1605.07146',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    padding: integer({ default: 4, min: 0, unit: 'pixels', doc: 'How much is added on each side.' }),
  }),
  draw: (_shape, { padding }, random) => ({
    padding,
    top: random.integer(0, 2 * padding + 1),
    left: random.integer(0, 2 * padding + 1),
  }),
  apply: (image, { padding, top, left }) => {
    const [, height, width] = image.shape as [number, number, number];
    const padded = pad(image, { left: padding, top: padding, right: padding, bottom: padding, mode: 'constant', fill: 0 });
    return crop(padded, { top, left, height, width });
  },
});
