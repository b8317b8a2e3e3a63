import { horizontalFlip, randomResizedCrop } from '@viewforge/augment';
import { definePlan, integer, range, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';
import { deformation } from './deformation.ts';

/** Views of crop and flip, each deformed by a multi-scale field of its own; images [3, size, size] in [0, 1] of the role "view". */
export const deformationViews = definePlan({
  name: 'deformation-views',
  summary: 'Make views that differ by smooth deformations.',
  reference: 'https://arxiv.org/abs/2407.07295',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of a view.' }),
    count: integer({ default: 2, min: 1, unit: 'views', doc: 'Views of each item.' }),
    scaleRange: range({
      default: [0.2, 1],
      min: 0.0001,
      max: 1,
      unit: 'share of area',
      doc: 'Area of the crop is drawn from here.',
    }),
    levelRange: range({
      default: [10, 48],
      min: 0,
      max: 80,
      unit: 'diffusion steps',
      doc: 'How far a view is deformed is drawn from here.',
    }),
  }),
  groups: ({ size, count, scaleRange, levelRange }) => [
    {
      role: 'view',
      count,
      augment: sequence(randomResizedCrop({ size, scaleRange }), sometimes(0.5, horizontalFlip()), deformation({ levelRange })),
    },
  ],
});
