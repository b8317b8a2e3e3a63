import { affine, horizontalFlip, quarterTurn, resizeTo, verticalFlip } from '@viewforge/augment';
import { definePlan, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';
import { viewFields } from './view-fields.ts';

/**
 * Views of patches of mammograms: the whole patch in any of its eight orientations, up to a tenth larger or smaller, of unchanged
 * intensities; images [3, size, size] of the role "view".
 */
export const breastPatch = definePlan({
  name: 'breast-patch',
  summary: 'Make views of patches of mammograms: orientations and sizes.',
  options: z.object(viewFields),
  groups: ({ size, count }) => {
    const augment = sequence(
      resizeTo({ size }),
      quarterTurn(),
      sometimes(0.5, horizontalFlip()),
      sometimes(0.5, verticalFlip()),
      affine({ degreesRange: [0, 0], translateShare: 0, scaleRange: [0.9, 1.1], shearXRange: [0, 0] }),
    );
    return [{ role: 'view', count, augment }];
  },
});
