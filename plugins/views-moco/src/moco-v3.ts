import { colorJitter, gaussianBlur, grayscale, horizontalFlip, randomResizedCrop, solarize } from '@viewforge/augment';
import { choice, definePlan, integer, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';

/** The smallest crop, as a share of the area, that the published code takes for each kind of encoder. */
const smallestCrop = { vit: 0.08, resnet: 0.2 } as const;

/**
 * The two views of MoCo v3: crop, color jitter, gray, blur, solarize, flip; images [3, size, size] in [0, 1] of the role "view".
 * View 0 is always blurred and never solarized; view 1 is blurred one time in ten and solarized one time in five.
 */
export const mocoV3 = definePlan({
  name: 'moco-v3',
  summary: 'Make the two different views of MoCo v3.',
  reference: 'https://arxiv.org/abs/2104.02057',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of a view.' }),
    architecture: choice(['vit', 'resnet'], {
      default: 'vit',
      doc: 'What will encode the views: crops begin at 0.08 of the area for a vision transformer, at 0.2 for a residual network.',
    }),
  }),
  groups: ({ size, architecture }) => {
    const column = (blur: number, invert: number) =>
      sequence(
        randomResizedCrop({ size, scaleRange: [smallestCrop[architecture], 1] }),
        sometimes(0.8, colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1 })),
        sometimes(0.2, grayscale()),
        sometimes(blur, gaussianBlur({ kernel: 'auto' })),
        sometimes(invert, solarize()),
        sometimes(0.5, horizontalFlip()),
      );
    return [
      { role: 'view', from: 0, count: 1, augment: column(1, 0) },
      { role: 'view', from: 1, count: 1, augment: column(0.1, 0.2) },
    ];
  },
});
