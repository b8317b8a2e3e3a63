import { defineAugmenter, number } from '@viewforge/core';
import { createRandom, seedOf } from '@viewforge/random';
import { copy } from '@viewforge/tensor';
import { z } from 'zod';

/**
 * Sets each feature of [n, d] to 0 with one probability and divides those that stay by the probability of staying, so that the
 * mean over all draws is the input; params hold the seed of the choice.
 */
export const featureDropout = defineAugmenter({
  name: 'feature-dropout',
  summary: 'Set some features to zero and raise the others.',
  reference: 'https://arxiv.org/abs/2104.08821',
  accepts: 'features',
  returns: 'features',
  options: z.object({
    share: number({
      default: 0.1,
      min: 0,
      max: 1,
      open: 'max',
      unit: 'probability',
      doc: 'How likely each feature is set to 0.',
    }),
  }),
  draw: (_shape, { share }, random) => ({ seed: seedOf(random), share }),
  apply: (features, { seed, share }) => {
    const result = copy(features);
    const gates = createRandom(seed);
    for (let i = 0; i < result.data.length; i++) result.data[i] = gates.chance(share) ? 0 : result.data[i]! / (1 - share);
    return result;
  },
});
