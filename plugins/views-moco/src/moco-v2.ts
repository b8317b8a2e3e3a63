import { colorJitter, gaussianBlur, grayscale, horizontalFlip, randomResizedCrop } from '@viewforge/augment';
import { definePlan, integer, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';

/** The views of MoCo v2: crop (from a fifth of the area on), color jitter, gray, blur, flip; images [3, size, size] in [0, 1] of the role "view". */
export const mocoV2 = definePlan({
  name: 'moco-v2',
  summary: 'Make views as MoCo v2 does.',
  reference: 'https://arxiv.org/abs/2003.04297',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of a view.' }),
    count: integer({ default: 2, min: 1, unit: 'views', doc: 'Views of each item.' }),
  }),
  groups: ({ size, count }) => {
    const augment = sequence(
      randomResizedCrop({ size, scaleRange: [0.2, 1] }),
      sometimes(0.8, colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 })),
      sometimes(0.2, grayscale()),
      sometimes(0.5, gaussianBlur({ kernel: 'auto' })),
      sometimes(0.5, horizontalFlip()),
    );
    return [{ role: 'view', count, augment }];
  },
});
