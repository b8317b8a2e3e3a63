import { definePlan, integer, number, range } from '@viewforge/core';
import { z } from 'zod';
import { maskedTogether } from './masked-together.ts';

/**
 * The views of MAE: the same bicubic crop, flipped one time in two, twice in the role "view"; view 0 is whole, the target, and of
 * view 1 three quarters of the patches are hidden. `viewMask` gives the mask of a view from its params.
 */
export const maeViews = definePlan({
  name: 'mae-views',
  summary: 'Make a view and the same view with most of its patches hidden.',
  reference: 'https://arxiv.org/abs/2111.06377',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of a view.' }),
    scaleRange: range({
      default: [0.2, 1],
      min: 1e-6,
      max: 1,
      unit: 'share of area',
      doc: 'Area of the crop is drawn from here.',
    }),
    patch: integer({ default: 16, min: 1, unit: 'pixels', doc: 'Side of a patch.' }),
    ratio: number({ default: 0.75, min: 0, max: 1, open: 'max', unit: 'share of patches', doc: 'How many patches are hidden.' }),
  }),
  groups: (options) => [maskedTogether({ ...options, masked: 1 })],
});
