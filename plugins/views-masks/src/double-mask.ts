import { definePlan, integer, number, range } from '@viewforge/core';
import { z } from 'zod';
import { maskedTogether } from './masked-together.ts';

/**
 * The views of double masking: the same bicubic crop, flipped one time in two, three times in the role "view"; view 0 is whole, the
 * target of both reconstructions, and views 1 and 2 have independent masks. `viewMask` gives the mask of a view from its params, and
 * `hiddenInBoth` of two masks the patches whose features should agree: the square of `ratio` of all, on average.
 */
export const doubleMask = definePlan({
  name: 'double-mask',
  summary: 'Make a view and twice the same view with patches hidden.',
  reference: 'https://arxiv.org/abs/2407.05862',
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
    ratio: number({ default: 0.6, min: 0, max: 1, open: 'max', unit: 'share of patches', doc: 'How many patches are hidden.' }),
  }),
  groups: (options) => [maskedTogether({ ...options, masked: 2 })],
});
