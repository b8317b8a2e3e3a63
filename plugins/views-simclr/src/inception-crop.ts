import { horizontalFlip, randomResizedCrop } from '@viewforge/augment';
import { definePlan, integer, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';

/** Crop and flip alone: the control that tells what the other changes of a recipe are worth; images [3, size, size] of the role "view". */
export const inceptionCrop = definePlan({
  name: 'inception-crop',
  summary: 'Make views by crop and flip alone.',
  reference: 'https://arxiv.org/abs/1409.4842',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of a view.' }),
    count: integer({ default: 2, min: 1, unit: 'views', doc: 'Views of each item.' }),
  }),
  groups: ({ size, count }) => [
    { role: 'view', count, augment: sequence(randomResizedCrop({ size }), sometimes(0.5, horizontalFlip())) },
  ],
});
