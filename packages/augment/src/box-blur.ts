import { defineAugmenter, range } from '@viewforge/core';
import { boxBlurGaussian } from '@viewforge/image';
import { z } from 'zod';

/**
 * Blurs an image [c, h, w] with three box blurs that together have the drawn deviation: the "Gaussian blur" of the imaging library that
 * the published code of MoCo v2, SwAV and DINO uses. `gaussianBlur` is the true one.
 */
export const boxBlur = defineAugmenter({
  name: 'box-blur',
  summary: 'Blur an image with three box blurs, close to a Gaussian.',
  reference: 'https://arxiv.org/abs/2003.04297',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    deviationRange: range({
      default: [0.1, 2],
      min: 0,
      max: 100,
      unit: 'pixels',
      doc: 'Standard deviation of the blur is drawn from here.',
    }),
  }),
  draw: (_shape, { deviationRange: [low, high] }, random) => ({ deviation: random.uniform(low, high) }),
  apply: (image, { deviation }) => boxBlurGaussian(image, deviation),
});
