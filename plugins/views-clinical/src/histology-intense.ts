import { affine, colorJitter, cutout, horizontalFlip, quarterTurn, resizeTo, verticalFlip } from '@viewforge/augment';
import { definePlan, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';
import { viewFields } from './view-fields.ts';

/**
 * Views of tissue under the microscope, which has no up and no left: the whole picture in any of its eight orientations, turned, moved,
 * enlarged and leaned, in slightly other colors, with five black squares of a tenth to a fifth of the side; images [3, size, size] in
 * [0, 1] of the role "view".
 */
export const histologyIntense = definePlan({
  name: 'histology-intense',
  summary: 'Make strongly changed views of tissue.',
  options: z.object(viewFields),
  groups: ({ size, count }) => {
    const augment = sequence(
      resizeTo({ size }),
      quarterTurn(),
      sometimes(0.5, horizontalFlip()),
      sometimes(0.5, verticalFlip()),
      affine({ degreesRange: [-20, 20], translateShare: 0.1, scaleRange: [0.8, 1.2], shearXRange: [-10, 10] }),
      colorJitter({ brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.05 }),
      cutout({ count: 5, sideRange: [0.1, 0.2], fill: 0 }),
    );
    return [{ role: 'view', count, augment }];
  },
});
