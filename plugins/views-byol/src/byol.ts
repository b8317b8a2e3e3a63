import { colorJitter, gaussianBlur, grayscale, horizontalFlip, randomResizedCrop, solarize } from '@viewforge/augment';
import { definePlan, integer, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';

/**
 * The two views of BYOL, which Barlow Twins and VICReg use as well: bicubic crop, flip, color jitter, gray, blur, solarize; images
 * [3, size, size] in [0, 1] of the role "view". View 0 is always blurred and never solarized; view 1 is blurred one time in
 * ten and solarized one time in five. Which of them goes to which branch is for the loss to say: it takes both ways.
 */
export const byol = definePlan({
  name: 'byol',
  summary: 'Make the two different views of BYOL, Barlow Twins and VICReg.',
  reference: 'https://arxiv.org/abs/2006.07733',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of a view.' }),
  }),
  groups: ({ size }) => [
    { role: 'view', from: 0, count: 1, augment: recipe(size, { blur: 1, solarize: 0 }) },
    { role: 'view', from: 1, count: 1, augment: recipe(size, { blur: 0.1, solarize: 0.2 }) },
  ],
});

/** One column of the recipe; the columns differ in two probabilities. */
function recipe(size: number, probability: { readonly blur: number; readonly solarize: number }) {
  return sequence(
    randomResizedCrop({ size, scaleRange: [0.08, 1], interpolation: 'bicubic' }),
    sometimes(0.5, horizontalFlip()),
    sometimes(0.8, colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1 })),
    sometimes(0.2, grayscale()),
    sometimes(probability.blur, gaussianBlur()),
    sometimes(probability.solarize, solarize()),
  );
}
