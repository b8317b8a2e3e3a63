import { defineAugmenter, flag, number } from '@viewforge/core';
import { createRandom, seedOf } from '@viewforge/random';
import { copy, type Features } from '@viewforge/tensor';
import { z } from 'zod';

/**
 * Sets each feature of [n, d] to 0 with one probability and divides those that stay by the probability of staying, so that the
 * mean over all draws is the input, unless told not to raise them. At a share of 1 everything is 0. Params hold the seed of the choice;
 * gradients flow through the features that stay, by the same factor.
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
      unit: 'probability',
      doc: 'How likely each feature is set to 0.',
    }),
    raise: flag({ default: true, doc: 'Whether features that stay are divided by the probability of staying.' }),
  }),
  // params name what is unusual alone
  draw: (_shape, { share, raise }, random): Drawn => ({ seed: seedOf(random), share, ...(raise ? {} : { raise }) }),
  apply: drop,
  pullback: (_features, drawn, gradient) => drop(gradient, drawn),
});

/** The seed of the choice, and how likely each feature is set to 0; `raise` where those that stay are left as they are. */
type Drawn = { readonly seed: number; readonly share: number; readonly raise?: boolean };

function drop(features: Features, { seed, share, raise = true }: Drawn): Features {
  const result = copy(features);
  const gates = createRandom(seed);
  const kept = raise ? 1 - share : 1;
  for (let i = 0; i < result.data.length; i++) result.data[i] = gates.chance(share) ? 0 : result.data[i]! / kept;
  return result;
}
