import type { Image } from '@viewforge/tensor';
import { z } from 'zod';
import { choice, defineAugmenter, definePlan, integer, number, range, sequence, sometimes } from '../index.ts';

// Types only: this file is checked by `pnpm types`, never run.
const crop = defineAugmenter({
  name: 'crop',
  summary: 'Cut.',
  accepts: 'pixels',
  returns: 'image',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side.' }),
    scaleRange: range({ default: [0.08, 1], min: 0, max: 1, unit: 'share of area', doc: 'Area.' }),
    interpolation: choice(['bilinear', 'nearest'], { default: 'bilinear', doc: 'How.' }),
  }),
  draw: (shape, { size, scaleRange: [low, high] }, random) => ({ top: shape[1]!, size, area: random.uniform(low, high) }),
  reshape: (_shape, { size }) => [3, size, size],
  apply: (_pixels, { size }) => ({ size }) as unknown as Image,
});
const threshold = defineAugmenter({
  name: 'threshold',
  summary: 'Cut off.',
  accepts: 'image',
  returns: 'image',
  options: z.object({ at: number({ default: 0.5, min: 0, max: 1, unit: 'intensity', doc: 'Where.' }) }),
  draw: (_shape, { at }) => ({ at }),
  apply: (image, { at }) => (at.toFixed() === '' ? image : image),
});

/** A plan whose recipe infers without a type argument. */
export const plan = definePlan({
  name: 'plan',
  summary: 'Two views.',
  options: z.object({ size: integer({ default: 3, min: 1, unit: 'pixels', doc: 'Side.' }) }),
  groups: ({ size }) => [
    { role: 'view', count: 2, augment: sequence(crop({ size, scaleRange: [0.1, 1] }), sometimes(0.5, threshold()), threshold()) },
  ],
});

// @ts-expect-error an option of another type
crop({ size: 'large' });
// @ts-expect-error a word that is not among the choices
crop({ interpolation: 'cubic' });
// @ts-expect-error an option that does not exist
crop({ sise: 3 });
// @ts-expect-error an image does not go into what takes pixels
sequence(threshold(), crop());
// @ts-expect-error a part that changes the domain cannot be left out
sometimes(0.5, crop());
defineAugmenter({
  name: 'unstorable',
  summary: 'Draws what JSON cannot hold.',
  accepts: 'image',
  returns: 'image',
  // @ts-expect-error a typed array is not JSON
  draw: () => new Float32Array(3),
  apply: (image) => image,
});
