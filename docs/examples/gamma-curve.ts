import { defineAugmenter, definePlugin, range } from '@viewforge/core';
import { mapImage } from '@viewforge/image';
import { z } from 'zod';

/** Raises intensities to a drawn power. */
export const gammaCurve = defineAugmenter({
  name: 'gamma-curve',
  summary: 'Brighten or darken the middle of the range.',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    powerRange: range({ default: [0.7, 1.5], min: 0.1, max: 10, unit: 'exponent', doc: 'The power is drawn from here.' }),
  }),
  draw: (_shape, { powerRange: [low, high] }, random) => ({ power: random.uniform(low, high) }),
  apply: (image, { power }) => mapImage(image, (value) => value ** power),
});

export const plugin = definePlugin({
  name: 'views-gamma',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [gammaCurve],
});
