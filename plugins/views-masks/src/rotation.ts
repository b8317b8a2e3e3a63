import { colorJitter, gaussianBlur, grayscale, horizontalFlip, randomResizedCrop } from '@viewforge/augment';
import { definePlan, integer, number, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';
import { indexTurn } from './index-turn.ts';

/**
 * Four views of the role "view", one for each quarter turn: the picture is turned clockwise as often as the view's index says, and then
 * goes through the whole recipe of SimCLR, drawn for each view by itself. A network has to tell how far a view was turned.
 */
export const rotation = definePlan({
  name: 'rotation',
  summary: 'Make a view of each quarter turn, to be told apart.',
  reference: 'https://arxiv.org/abs/2108.13939',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of a view.' }),
    strength: number({ default: 1, min: 0, max: 2.5, unit: 'none', doc: 'Multiplies all four strengths of the color jitter.' }),
  }),
  groups: ({ size, strength }) => {
    const [color, hue] = [0.8 * strength, 0.2 * strength];
    const augment = sequence(
      indexTurn(),
      randomResizedCrop({ size, scaleRange: [0.08, 1] }),
      sometimes(0.5, horizontalFlip()),
      sometimes(0.8, colorJitter({ brightness: color, contrast: color, saturation: color, hue })),
      sometimes(0.2, grayscale()),
      sometimes(0.5, gaussianBlur()),
    );
    return [{ role: 'view', count: 4, augment }];
  },
});

/** What is to be told of four batches of n views in the order of the plan: n zeros, n ones, n twos, n threes. */
export function rotationTargets(n: number): Int32Array {
  return Int32Array.from({ length: 4 * n }, (_, row) => Math.floor(row / n));
}
