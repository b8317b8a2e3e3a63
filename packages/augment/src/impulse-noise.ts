import { defineAugmenter, range } from '@viewforge/core';
import { addImpulses } from '@viewforge/image';
import { seedOf } from '@viewforge/random';
import { z } from 'zod';

/**
 * Turns some pixels of an image [c, h, w] black or white, either as likely, in all channels together: salt and pepper. Params hold the
 * seed that chooses them.
 */
export const impulseNoise = defineAugmenter({
  name: 'impulse-noise',
  summary: 'Turn some pixels black or white.',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    shareRange: range({
      default: [0, 0.05],
      min: 0,
      max: 1,
      unit: 'share of pixels',
      doc: 'The chance of each pixel to change is drawn from here.',
    }),
  }),
  draw: (_shape, { shareRange: [low, high] }, random) => ({ share: random.uniform(low, high), seed: seedOf(random) }),
  apply: (image, params) => addImpulses(image, params),
});
