import { defineAugmenter, range } from '@viewforge/core';
import { adjustSaturation, runSteps } from '@viewforge/image';
import { z } from 'zod';

/**
 * Moves every intensity x of an image [3, h, w] away from or toward the luma Y of its pixel: factor * x + (1 - factor) * Y, clipped to
 * [0, 1]; 0 is gray, 1 the image itself. Images with another number of channels are gray and stay.
 */
export const saturation = defineAugmenter({
  name: 'saturation',
  summary: 'Make colors stronger or paler.',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    factorRange: range({ default: [0.6, 1.4], min: 0, max: 10, unit: 'factor', doc: 'The factor is drawn from here.' }),
  }),
  draw: (_shape, { factorRange: [low, high] }, random) => ({ factor: random.uniform(low, high) }),
  apply: (image, { factor }) => adjustSaturation(image, factor),
  fusion: { run: runSteps, steps: ({ factor }) => [{ kind: 'color', step: { kind: 'saturation', factor } }] },
});
