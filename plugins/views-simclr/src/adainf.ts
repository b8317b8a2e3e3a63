import { colorJitter, gaussianBlur, grayscale, horizontalFlip, randomResizedCrop, solarize } from '@viewforge/augment';
import { choice, definePlan, integer, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';

/** Saturation of the jitter and how likely blur and solarize are, for view 0 and view 1. */
const columns = {
  symmetric: [
    { saturation: 0.4, blur: 0.5, invert: 0 },
    { saturation: 0.4, blur: 0.5, invert: 0 },
  ],
  asymmetric: [
    { saturation: 0.2, blur: 0, invert: 0 },
    { saturation: 0.2, blur: 0, invert: 0.2 },
  ],
} as const;

/**
 * The two weaker views of AdaInf, for training sets inflated with generated images: crops from a fifth of the area on, and color
 * jitter only two times in five. Bicubic crop, jitter, gray, blur, solarize, flip; images [3, size, size] in [0, 1] of the role "view".
 */
export const adainf = definePlan({
  name: 'adainf',
  summary: 'Make the weaker views of AdaInf, for inflated data.',
  reference: 'https://arxiv.org/abs/2403.12448',
  options: z.object({
    size: integer({ default: 32, min: 1, unit: 'pixels', doc: 'Side of a view; the published settings are for CIFAR.' }),
    recipe: choice(['symmetric', 'asymmetric'], {
      default: 'symmetric',
      doc: 'Two views of one recipe with blur, or of two without, the second of which is now and then solarized.',
    }),
  }),
  groups: ({ size, recipe }) =>
    columns[recipe].map(({ saturation, blur, invert }, from) => ({
      role: 'view',
      from,
      count: 1,
      augment: sequence(
        randomResizedCrop({ size, scaleRange: [0.2, 1], interpolation: 'bicubic' }),
        sometimes(0.4, colorJitter({ brightness: 0.4, contrast: 0.4, saturation, hue: 0.1 })),
        sometimes(0.2, grayscale()),
        sometimes(blur, gaussianBlur({ kernel: 'auto' })),
        sometimes(invert, solarize()),
        sometimes(0.5, horizontalFlip()),
      ),
    })),
});
