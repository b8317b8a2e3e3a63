import { defineAugmenter, number } from '@viewforge/core';
import { normalNoise } from '@viewforge/kernels';
import { seedOf } from '@viewforge/random';
import { dotRows, values, zeros } from '@viewforge/tensor';
import { z } from 'zod';

/**
 * Moves each row of [n, d] by one length in a random direction of its own orthant: z + size sign(z) |e| / |e|_2 with e from N(0, 1), so no
 * coordinate changes its sign and one that is 0 stays 0. Params hold the seed. Gradients flow as they are.
 */
export const orthantNoise = defineAugmenter({
  name: 'orthant-noise',
  summary: 'Move each row of features by one length in a direction that keeps every sign.',
  reference: 'https://arxiv.org/abs/2112.08679',
  accepts: 'features',
  returns: 'features',
  options: z.object({
    size: number({
      default: 0.1,
      min: 0,
      max: 1e6,
      unit: 'units of the features',
      doc: 'Length of the move where no coordinate is 0.',
    }),
  }),
  draw: (_shape, { size }, random) => ({ seed: seedOf(random), size }),
  apply: (features, { seed, size }) => {
    const [n, d] = features.shape as [number, number];
    const from = values(features);
    const result = zeros([n, d], features);
    const noise = normalNoise(n * d, seed);
    for (let i = 0; i < n; i++) {
      const length = Math.sqrt(dotRows(noise, i, noise, i, d));
      const scale = length === 0 ? 0 : size / length;
      for (let e = i * d; e < i * d + d; e++) result.data[e] = from[e]! + scale * Math.sign(from[e]!) * Math.abs(noise[e]!);
    }
    return result;
  },
  pullback: (_features, _drawn, gradient) => gradient,
});
