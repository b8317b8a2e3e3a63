import { defineAugmenter, range } from '@viewforge/core';
import { solarizeAdd as addBelow } from '@viewforge/image';
import { z } from 'zod';

/** Adds an amount to every intensity of an image [c, h, w] that is below a threshold, and clips to [0, 1]; the others stay. */
export const solarizeAdd = defineAugmenter({
  name: 'solarize-add',
  summary: 'Make intensities below a threshold lighter.',
  reference: 'https://arxiv.org/abs/1906.11172',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    amountRange: range({
      default: [0, 110 / 255],
      min: -1,
      max: 1,
      unit: 'intensity',
      doc: 'The amount is drawn from here; the default reaches 110 levels of a byte.',
    }),
    thresholdRange: range({ default: [0.5, 0.5], min: 0, max: 1, unit: 'intensity', doc: 'The threshold is drawn from here.' }),
  }),
  draw: (_shape, { amountRange, thresholdRange }, random) => ({
    amount: random.uniform(...amountRange),
    threshold: random.uniform(...thresholdRange),
  }),
  apply: (image, { amount, threshold }) => addBelow(image, amount, threshold),
});
