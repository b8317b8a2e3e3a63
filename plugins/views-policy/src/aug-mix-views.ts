import { horizontalFlip, randomResizedCrop } from '@viewforge/augment';
import { definePlan, integer, number, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';
import { augMix } from './aug-mix.ts';

/**
 * The views whose predictions AugMix makes agree: images [3, size, size] in [0, 1] of the role "view", all of one crop and flip.
 * View 0 is clean; the others are mixed with chains of operations, each by itself. They are one role, because only views of one
 * role can share a crop.
 */
export const augMixViews = definePlan({
  name: 'aug-mix-views',
  summary: 'Make a clean view and mixed ones of the same crop.',
  reference: 'https://arxiv.org/abs/1912.02781',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of a view.' }),
    mixed: integer({ default: 2, min: 1, unit: 'views', doc: 'Mixed views of each item, besides the clean one.' }),
    severity: number({ default: 3, min: 0.1, max: 10, unit: 'levels', doc: 'A level of 10 is drawn from 0.1 to this.' }),
  }),
  groups: ({ size, mixed, severity }) => {
    const augment = sequence(
      randomResizedCrop({ size }),
      sometimes(0.5, horizontalFlip()),
      augMix({ severity, cleanFirst: true }),
    );
    return [{ role: 'view', count: 1 + mixed, together: true, augment }];
  },
});
