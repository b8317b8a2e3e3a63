import { affine, cutout, resizeTo } from '@viewforge/augment';
import { choice, definePlan, integer, number, sequence } from '@viewforge/core';
import { z } from 'zod';

/** Sides of holes, for a side of 256: 10 to 19 pixels around a middle. */
const holeShares = [21 / 256, 39 / 256] as const;

/**
 * An easy view and hard ones of the same picture: images [3, size, size] in [0, 1], one of the role "easy", turned by up to 30
 * degrees and scaled by 0.75 to 1.25, and several of the role "hard", turned by up to 60 degrees and then occluded. Both begin
 * with the whole picture, so `hardToEasy` of their params takes maps predicted on the easy view to the frame of a hard one.
 * Difficulties in order: "affine" alone, "cutout" with five black holes, "double-cutout" with ten. Holes at joints and from other
 * images are functions: `drawJointHoles`, `drawPatches`, `drawJointPatches`.
 */
export const easyHard = definePlan({
  name: 'easy-hard',
  summary: 'Make an easy view and several hard ones.',
  reference: 'https://arxiv.org/abs/2402.11566',
  options: z.object({
    size: integer({ default: 256, min: 1, unit: 'pixels', doc: 'Side of a view; the whole picture is resized to it.' }),
    hard: integer({ default: 2, min: 1, unit: 'views', doc: 'Hard views of each item.' }),
    difficulty: choice(['affine', 'cutout', 'double-cutout'], { default: 'cutout', doc: 'How a hard view is occluded.' }),
    easyDegrees: number({ default: 30, min: 0, max: 180, unit: 'degrees', doc: 'The easy view is turned by up to this much.' }),
    hardDegrees: number({ default: 60, min: 0, max: 180, unit: 'degrees', doc: 'A hard view is turned by up to this much.' }),
    scale: number({ default: 0.25, min: 0, max: 0.9, unit: 'share', doc: 'Views are scaled by 1 - scale to 1 + scale.' }),
  }),
  groups: ({ size, hard, difficulty, easyDegrees, hardDegrees, scale }) => {
    const turned = (degrees: number) =>
      affine({
        degreesRange: [-degrees, degrees],
        translateShare: 0,
        scaleRange: [1 - scale, 1 + scale],
        shearXRange: [0, 0],
      });
    const count = { affine: 0, cutout: 5, 'double-cutout': 10 }[difficulty];
    const holes = cutout({ count, sideRange: holeShares, fill: 0 });
    return [
      { role: 'easy', count: 1, augment: sequence(resizeTo({ size }), turned(easyDegrees)) },
      { role: 'hard', count: hard, augment: sequence(resizeTo({ size }), turned(hardDegrees), holes) },
    ];
  },
});
