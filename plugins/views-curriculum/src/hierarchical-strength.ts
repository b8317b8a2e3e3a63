import { colorJitter, gaussianBlur, horizontalFlip, randomResizedCrop } from '@viewforge/augment';
import { definePlan, integer, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';
import { stageStrength } from './stages.ts';

/**
 * Views of growing strength, one for each stage of a network: images [3, size, size] in [0, 1] of the role "view", view 0 the
 * easiest. Strength s of a stage goes from 0.2 evenly to 1 and scales what SimCLR does: crops from 1 - 0.92 s of the area on,
 * color jitter of 0.8 s (hue 0.2 s), blur of a deviation up to 0.1 + 1.9 s. Every item has views of all stages.
 */
export const hierarchicalStrength = definePlan({
  name: 'hierarchical-strength',
  summary: 'Make one view for each of several strengths.',
  reference: 'https://arxiv.org/abs/2308.10155',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of a view.' }),
    stages: integer({ default: 4, min: 1, max: 64, unit: 'stages', doc: 'How many strengths there are; a single one is 1.' }),
  }),
  groups: ({ size, stages }) =>
    Array.from({ length: stages }, (_, stage) => ({
      role: 'view',
      from: stage,
      count: 1,
      augment: viewOf(size, stageStrength(stage, stages)),
    })),
});

function viewOf(size: number, strength: number) {
  const jitter = 0.8 * strength;
  return sequence(
    randomResizedCrop({ size, scaleRange: [1 - 0.92 * strength, 1] }),
    sometimes(0.5, horizontalFlip()),
    sometimes(0.8, colorJitter({ brightness: jitter, contrast: jitter, saturation: jitter, hue: 0.2 * strength })),
    sometimes(0.5, gaussianBlur({ deviationRange: [0.1, 0.1 + 1.9 * strength] })),
  );
}
