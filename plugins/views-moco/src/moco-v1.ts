import { colorJitter, grayscale, horizontalFlip, randomResizedCrop } from '@viewforge/augment';
import { definePlan, integer, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';

/**
 * The views of MoCo v1, those of instance discrimination: crop (from a fifth of the area on), gray before a color jitter that
 * always happens and turns hues far, flip; images [3, size, size] in [0, 1] of the role "view".
 */
export const mocoV1 = definePlan({
  name: 'moco-v1',
  summary: 'Make views as MoCo v1 does.',
  reference: 'https://arxiv.org/abs/1911.05722',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of a view.' }),
    count: integer({ default: 2, min: 1, unit: 'views', doc: 'Views of each item.' }),
  }),
  groups: ({ size, count }) => {
    const augment = sequence(
      randomResizedCrop({ size, scaleRange: [0.2, 1] }),
      sometimes(0.2, grayscale()),
      colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.4 }),
      sometimes(0.5, horizontalFlip()),
    );
    return [{ role: 'view', count, augment }];
  },
});
