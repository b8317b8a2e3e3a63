import { defineAugmenter, range } from '@viewforge/core';
import { adjustBrightness, runSteps } from '@viewforge/image';
import { z } from 'zod';

/** Multiplies every intensity of an image [c, h, w] by one factor and clips to [0, 1]; 0 is black, 1 the image itself. */
export const brightness = defineAugmenter({
  name: 'brightness',
  summary: 'Make an image lighter or darker.',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    factorRange: range({ default: [0.6, 1.4], min: 0, max: 10, unit: 'factor', doc: 'The factor is drawn from here.' }),
  }),
  draw: (_shape, { factorRange: [low, high] }, random) => ({ factor: random.uniform(low, high) }),
  apply: (image, { factor }) => adjustBrightness(image, factor),
  fusion: { run: runSteps, steps: ({ factor }) => [{ kind: 'color', step: { kind: 'brightness', factor } }] },
});
