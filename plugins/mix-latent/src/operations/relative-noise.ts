import { defineAugmenter, number } from '@viewforge/core';
import { normalNoise } from '@viewforge/kernels';
import { seedOf } from '@viewforge/random';
import { dotRows, values, zeros } from '@viewforge/tensor';
import { z } from 'zod';

/**
 * Adds normal noise as long as a share of each row [n, d]: z + deviation |z| / sqrt(d) e with e from N(0, 1), so that noise and row keep
 * one proportion whatever the scale; a row of zeros stays. Params hold the seed. Gradients flow through z and through |z|.
 */
export const relativeNoise = defineAugmenter({
  name: 'relative-noise',
  summary: 'Add normal noise in proportion to the length of each row of features.',
  accepts: 'features',
  returns: 'features',
  options: z.object({
    deviation: number({
      default: 0.1,
      min: 0,
      max: 1e6,
      unit: 'lengths of the row',
      doc: 'Root mean square length of the noise.',
    }),
  }),
  draw: (_shape, { deviation }, random) => ({ seed: seedOf(random), deviation }),
  apply: (features, { seed, deviation }) => {
    const [n, d] = features.shape as [number, number];
    const from = values(features);
    const result = zeros([n, d], features);
    const noise = normalNoise(n * d, seed);
    for (let i = 0; i < n; i++) {
      const scale = (deviation * Math.sqrt(dotRows(from, i, from, i, d))) / Math.sqrt(d);
      for (let e = i * d; e < i * d + d; e++) result.data[e] = from[e]! + scale * noise[e]!;
    }
    return result;
  },
  pullback: (features, { seed, deviation }, gradient) => {
    const [n, d] = features.shape as [number, number];
    const [from, g] = [values(features), values(gradient)];
    const result = zeros([n, d], gradient);
    const noise = normalNoise(n * d, seed);
    for (let i = 0; i < n; i++) {
      const length = Math.sqrt(dotRows(from, i, from, i, d));
      const slope = length === 0 ? 0 : (deviation * dotRows(g, i, noise, i, d)) / (Math.sqrt(d) * length);
      for (let e = i * d; e < i * d + d; e++) result.data[e] = g[e]! + slope * from[e]!;
    }
    return result;
  },
});
