import { defineAugmenter, number } from '@viewforge/core';
import { createRandom, seedOf } from '@viewforge/random';
import { copy } from '@viewforge/tensor';
import { z } from 'zod';

/** Adds independent normal noise of one deviation to every feature of [n, d]; params hold the seed of the noise, and gradients flow as they are. */
export const featureNoise = defineAugmenter({
  name: 'feature-noise',
  summary: 'Add normal noise to features.',
  accepts: 'features',
  returns: 'features',
  options: z.object({
    deviation: number({ default: 0.1, min: 0, max: 1e6, unit: 'units of the features', doc: 'Standard deviation of the noise.' }),
  }),
  draw: (_shape, { deviation }, random) => ({ seed: seedOf(random), deviation }),
  apply: (features, { seed, deviation }) => {
    const result = copy(features);
    const noise = createRandom(seed);
    for (let i = 0; i < result.data.length; i++) result.data[i] = result.data[i]! + noise.normal(0, deviation);
    return result;
  },
  pullback: (_features, _drawn, gradient) => gradient,
});
