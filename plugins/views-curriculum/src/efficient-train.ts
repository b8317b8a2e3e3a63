import { horizontalFlip, randomResizedCrop } from '@viewforge/augment';
import { definePlan, integer, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';
import { stagedFourierCrop } from './staged-fourier-crop.ts';
import { stagedRandAugment } from './staged-rand-augment.ts';

/**
 * The curriculum of EfficientTrain: crop, flip, RandAugment and a low-frequency crop, which begin easy and small. A fifth of the
 * epochs each has the band 160, 160, 160, 192 and 224 of 224 and the level 1, 3, 5, 7 and 9 of 10. Images [3, band, band] of the
 * role "view", a little beyond [0, 1]; on average 0.653 of the pixels of full views.
 */
export const efficientTrain = definePlan({
  name: 'efficient-train',
  summary: 'Make views that grow and become harder with the run.',
  reference: 'https://arxiv.org/abs/2211.09703',
  options: z.object({
    size: integer({ default: 224, min: 2, unit: 'pixels', doc: 'Side of a view in the last stage.' }),
    count: integer({ default: 1, min: 1, unit: 'views', doc: 'Views of each item.' }),
  }),
  groups: ({ size, count }) => {
    const augment = sequence(
      randomResizedCrop({ size }),
      sometimes(0.5, horizontalFlip()),
      stagedRandAugment(),
      stagedFourierCrop(),
    );
    return [{ role: 'view', count, augment }];
  },
});
