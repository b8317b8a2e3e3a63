import { defineAugmenter, ViewforgeError } from '@viewforge/core';
import { normalizeChannels, runSteps } from '@viewforge/image';
import { z } from 'zod';

/**
 * Subtracts a mean from each channel of an image [3, h, w] and divides by a deviation; the defaults are those of ImageNet. The
 * result is no longer in [0, 1], so it belongs at the end of a plan, and only where the encoder does not normalize by itself.
 * Throws ViewforgeError (SHAPE) for an image of another number of channels.
 */
export const channelNormalize = defineAugmenter({
  name: 'channel-normalize',
  summary: 'Bring each channel to a common mean and deviation.',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    mean: perChannel(z.number()).default([0.485, 0.456, 0.406]).describe('Mean of each channel.').meta({ unit: 'intensity' }),
    deviation: perChannel(z.number().gt(0))
      .default([0.229, 0.224, 0.225])
      .describe('Standard deviation of each channel.')
      .meta({ unit: 'intensity' }),
  }),
  draw: (shape, { mean, deviation }) => {
    if (shape[0] !== 3) throw new ViewforgeError('SHAPE', 'channel-normalize', `expected an image [3, h, w], got [${shape}]`);
    return { mean, deviation };
  },
  apply: (image, { mean, deviation }) => normalizeChannels(image, mean, deviation),
  fusion: { run: runSteps, steps: (normalization) => [{ kind: 'normalize', ...normalization }] },
});

function perChannel(field: z.ZodNumber) {
  return z.tuple([field, field, field]).readonly();
}
