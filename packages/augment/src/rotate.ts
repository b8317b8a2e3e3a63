import { defineAugmenter, range } from '@viewforge/core';
import { rotate as turn } from '@viewforge/image';
import { z } from 'zod';
import { warpOptions } from './warp-options.ts';

/** Turns an image [c, h, w] about its center by a drawn angle, counter-clockwise. The frame stays, and corners are cut off. */
export const rotate = defineAugmenter({
  name: 'rotate',
  summary: 'Turn an image by a drawn angle.',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    degreesRange: range({
      default: [-30, 30],
      min: -360,
      max: 360,
      unit: 'degrees',
      doc: 'The counter-clockwise angle is drawn from here.',
    }),
    ...warpOptions(),
  }),
  draw: (_shape, { degreesRange, ...warp }, random) => ({ degrees: random.uniform(...degreesRange), ...warp }),
  apply: (image, params) => turn(image, { ...params, expand: false }),
});
