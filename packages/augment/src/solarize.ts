import { defineAugmenter, range } from '@viewforge/core';
import { runSteps, solarize as invertAbove } from '@viewforge/image';
import { z } from 'zod';

/** Inverts every intensity x of an image [c, h, w] that is at least a threshold: x becomes 1 - x. */
export const solarize = defineAugmenter({
  name: 'solarize',
  summary: 'Invert intensities from a threshold on.',
  reference: 'https://arxiv.org/abs/2006.07733',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    thresholdRange: range({ default: [0.5, 0.5], min: 0, max: 1, unit: 'intensity', doc: 'The threshold is drawn from here.' }),
  }),
  draw: (_shape, { thresholdRange: [low, high] }, random) => ({ threshold: random.uniform(low, high) }),
  apply: (image, { threshold }) => invertAbove(image, threshold),
  fusion: { run: runSteps, steps: ({ threshold }) => [{ kind: 'color', step: { kind: 'solarize', threshold } }] },
});
