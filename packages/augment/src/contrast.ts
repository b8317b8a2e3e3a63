import { choice, defineAugmenter, range } from '@viewforge/core';
import { adjustContrast, runSteps } from '@viewforge/image';
import { z } from 'zod';

/**
 * Moves every intensity x of an image [c, h, w] away from or toward a mean m: factor * x + (1 - factor) * m, clipped to [0, 1]; 0 is flat, 1
 * the image itself.
 */
export const contrast = defineAugmenter({
  name: 'contrast',
  summary: 'Spread intensities around their mean, or draw them together.',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    factorRange: range({ default: [0.6, 1.4], min: 0, max: 10, unit: 'factor', doc: 'The factor is drawn from here.' }),
    mean: choice(['luma', 'channel'], {
      default: 'luma',
      doc: 'What intensities move around: the mean luma of the image, or each channel’s own mean.',
    }),
  }),
  draw: (_shape, { factorRange: [low, high], mean }, random) => ({ factor: random.uniform(low, high), mean }),
  apply: (image, { factor, mean }) => adjustContrast(image, factor, mean),
  fusion: { run: runSteps, steps: ({ factor, mean }) => [{ kind: 'color', step: { kind: 'contrast', factor, mean } }] },
});
