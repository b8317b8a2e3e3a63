import { defineAugmenter, number } from '@viewforge/core';
import { mapImage } from '@viewforge/image';
import { normalNoise } from '@viewforge/kernels';
import { seedOf } from '@viewforge/random';
import { z } from 'zod';
import { farthestField } from './farthest-field.ts';

/**
 * Adds the noise of a depth camera to depths z, whose deviation grows with their square: base + growth z², in meters. Depths are an image
 * [c, h, w] with `farthest` at 1; where nothing was measured, at 0, nothing is added. Results are clamped to [0, 1].
 */
export const depthNoise = defineAugmenter({
  name: 'depth-noise',
  summary: 'Add noise to depths that grows with their square.',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    base: number({ default: 0.001, min: 0, max: 10, unit: 'meters', doc: 'Deviation of the noise right before the camera.' }),
    growth: number({ default: 0.002, min: 0, max: 10, unit: 'per meter', doc: 'What a squared meter adds to the deviation.' }),
    farthest: farthestField,
  }),
  draw: (_shape, options, random) => ({ ...options, seed: seedOf(random) }),
  apply: (image, { base, growth, farthest, seed }) => {
    const normals = normalNoise(image.size, seed);
    return mapImage(image, (value, i) => {
      const deviation = base / farthest + growth * farthest * value * value;
      return value === 0 ? 0 : Math.min(1, Math.max(0, value + deviation * normals[i]!));
    });
  },
});
