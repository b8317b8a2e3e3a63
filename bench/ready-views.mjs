// A plugin whose views cost nothing to make: what is left is the way from a worker to a batch.
import { defineAugmenter, definePlan, definePlugin, defineSource, integer } from '@viewforge/core';
import { image, pixels } from '@viewforge/tensor';
import { z } from 'zod';

const bytes = new Uint8Array(3);
const made = new Map();

export const nothings = defineSource({
  name: 'nothings',
  summary: 'Items of one pixel.',
  options: z.object({ count: integer({ default: 1, min: 1, unit: 'items', doc: 'Items.' }) }),
  ready: async ({ count }) => ({
    size: count,
    id: (index) => `${index}`,
    open: async (index) => ({ id: `${index}`, shape: [3, 1, 1], decode: async () => pixels(bytes, 1, 1, 3) }),
  }),
});

/** The same image [3, size, size] every time. */
export const readyImage = defineAugmenter({
  name: 'ready-image',
  summary: 'Give an image that was made before.',
  accepts: 'pixels',
  returns: 'image',
  options: z.object({ size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side.' }) }),
  draw: (_shape, { size }) => ({ size }),
  reshape: (_shape, { size }) => [3, size, size],
  apply: (_pixels, { size }) => {
    if (!made.has(size)) made.set(size, image(new Float32Array(3 * size * size).fill(0.5), 3, size, size));
    return made.get(size);
  },
});

export const plugin = definePlugin({
  name: 'ready-views',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [nothings, readyImage],
});

/** Two views of `size` pixels. */
export const twoReady = (size) =>
  definePlan({
    name: 'two-ready',
    summary: 'Two views that are ready.',
    groups: () => [{ role: 'view', count: 2, augment: readyImage({ size }) }],
  })();
