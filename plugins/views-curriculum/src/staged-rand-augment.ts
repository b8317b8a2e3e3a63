import { applyOperations, drawRandAugment, warpFields } from '@viewforge/augment';
import { defineAugmenter, integer, number, range } from '@viewforge/core';
import { z } from 'zod';
import { stageAt, stageShare } from './stages.ts';

/**
 * RandAugment whose level grows with the run, on images [c, h, w] in [0, 1]: stages of equal length, from the low end of the
 * levels evenly to the high end. The defaults are levels 1, 3, 5, 7 and 9 of 10, each with a deviation of half a level, and two
 * of 15 operations, each applied one time in two, whose strength grows with the level. Results are levels / 255; where no
 * operation is applied, the image.
 */
export const stagedRandAugment = defineAugmenter({
  name: 'staged-rand-augment',
  summary: 'Apply RandAugment at a level that grows with the run.',
  reference: 'https://arxiv.org/abs/2211.09703',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    stages: integer({ default: 5, min: 1, max: 1000, unit: 'stages', doc: 'Into how many the run is divided.' }),
    levelRange: range({
      default: [3, 27],
      min: 0,
      max: 30,
      unit: 'levels',
      doc: 'Level, of 30, of the first and of the last stage.',
    }),
    levelDeviation: number({ default: 1.5, min: 0, max: 30, unit: 'levels', doc: 'Standard deviation of each level, of 30.' }),
    count: integer({ default: 2, min: 0, max: 14, unit: 'operations', doc: 'How many operations are drawn.' }),
    probability: number({ default: 0.5, min: 0, max: 1, unit: 'probability', doc: 'How likely a drawn operation is applied.' }),
    ...warpFields(),
  }),
  draw: (shape, { stages, levelRange: [low, high], interpolation, fill, ...options }, random, { fraction }) => {
    const stage = stageAt(fraction, stages);
    const level = low + (high - low) * stageShare(stage, stages);
    const form = { replacement: true, operations: 'extended', space: 'increasing' } as const;
    return { stage, operations: drawRandAugment(shape, { ...options, ...form, level }, random), interpolation, fill };
  },
  apply: (image, { operations, interpolation, fill }) => applyOperations(image, operations, { interpolation, fill }),
});
