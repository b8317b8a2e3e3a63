import { horizontalFlip, randAugment, randomResizedCrop } from '@viewforge/augment';
import { definePlan, integer, number, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';

/** Crop, flip and RandAugment: images [3, size, size] in [0, 1] of the role "view", each drawn for itself. */
export const randAugmentViews = definePlan({
  name: 'rand-augment-views',
  summary: 'Make views by crop, flip and RandAugment.',
  reference: 'https://arxiv.org/abs/1909.13719',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of a view.' }),
    count: integer({ default: 2, min: 1, unit: 'views', doc: 'Views of each item.' }),
    operations: integer({ default: 2, min: 0, max: 14, unit: 'operations', doc: 'How many operations RandAugment draws.' }),
    level: number({ default: 9, min: 0, max: 30, unit: 'levels', doc: 'How strong each operation is.' }),
  }),
  groups: ({ size, count, operations, level }) => {
    const augment = sequence(
      randomResizedCrop({ size }),
      sometimes(0.5, horizontalFlip()),
      randAugment({ count: operations, level }),
    );
    return [{ role: 'view', count, augment }];
  },
});
