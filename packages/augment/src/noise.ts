import { defineAugmenter, range } from '@viewforge/core';
import { addNoise } from '@viewforge/image';
import { seedOf } from '@viewforge/random';
import { z } from 'zod';

/**
 * Adds independent normal noise of one deviation to every value of an image [c, h, w], and clips to [0, 1]. Params hold the seed of the
 * noise.
 */
export const noise = defineAugmenter({
  name: 'noise',
  summary: 'Add normal noise to an image.',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    deviationRange: range({
      default: [0, 0.1],
      min: 0,
      max: 10,
      unit: 'intensity',
      doc: 'Standard deviation of the noise is drawn from here.',
    }),
  }),
  draw: (_shape, { deviationRange: [low, high] }, random) => ({ deviation: random.uniform(low, high), seed: seedOf(random) }),
  apply: (image, params) => addNoise(image, params),
});
