import { defineAugmenter, range } from '@viewforge/core';
import { adjustSharpness } from '@viewforge/image';
import { z } from 'zod';

/**
 * Moves every intensity x of an image [c, h, w] away from or toward its smoothed self: factor * x + (1 - factor) * smooth(x), clipped to
 * [0, 1]; 0 is smooth, 1 the image itself. The outermost pixels stay.
 */
export const sharpness = defineAugmenter({
  name: 'sharpness',
  summary: 'Make an image sharper or softer.',
  reference: 'https://arxiv.org/abs/1805.09501',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    factorRange: range({ default: [0.1, 1.9], min: 0, max: 10, unit: 'factor', doc: 'The factor is drawn from here.' }),
  }),
  draw: (_shape, { factorRange: [low, high] }, random) => ({ factor: random.uniform(low, high) }),
  apply: (image, { factor }) => adjustSharpness(image, factor),
});
