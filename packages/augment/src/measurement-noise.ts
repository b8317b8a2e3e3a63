import { defineAugmenter, number, range } from '@viewforge/core';
import { addNoise } from '@viewforge/image';
import { seedOf } from '@viewforge/random';
import { z } from 'zod';

/**
 * Adds normal noise to a share of the pixels of an image [c, h, w], with a deviation that may grow during the first part of a run, and
 * clips to [0, 1]: the noisier measurement of which a reconstruction should be the same. For complex k-space with its sampling mask,
 * draw here and apply `addMeasurementNoise` of @viewforge/image. Params hold the seed of the noise.
 */
export const measurementNoise = defineAugmenter({
  name: 'measurement-noise',
  summary: 'Add the noise of a worse measurement, growing with the run.',
  reference: 'https://arxiv.org/abs/2110.00075',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    deviationRange: range({
      // the paper’s 1 is in units of k-space; an image in [0, 1] would drown in it
      default: [0.02, 0.1],
      min: 0,
      max: 10,
      unit: 'intensity',
      doc: 'Standard deviation of the noise is drawn from here once the warm-up is over.',
    }),
    warmUp: number({
      default: 0,
      min: 0,
      max: 1,
      unit: 'share of the run',
      doc: 'How long what is drawn above the lower end of the range grows from nothing to its full size.',
    }),
    share: number({ default: 1, min: 0, max: 1, unit: 'share of pixels', doc: 'Chance of each pixel to get noise.' }),
  }),
  draw: (_shape, { deviationRange: [low, high], warmUp, share }, random, { fraction }) => {
    const grown = fraction >= warmUp ? 1 : fraction / warmUp;
    return { deviation: low + grown * (random.uniform(low, high) - low), share, seed: seedOf(random) };
  },
  apply: (image, params) => addNoise(image, params),
});
