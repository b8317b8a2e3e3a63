import { horizontalFlip, resizeTo, rotate, verticalFlip } from '@viewforge/augment';
import { definePlan, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';
import { viewFields } from './view-fields.ts';

/**
 * Views of photographs of wounds: the whole picture turned by up to 30 degrees and mirrored either way, in its own colors, which are what
 * doctors look at; images [3, size, size] of the role "view". A view of the wound alone needs a mask, which a plan does not have: find
 * one by a segmenter of your own and give it to `restrictToMask`.
 */
export const wound = definePlan({
  name: 'wound',
  summary: 'Make views of wounds: turns and mirrors, no color.',
  options: z.object(viewFields),
  groups: ({ size, count }) => {
    const augment = sequence(
      resizeTo({ size }),
      rotate({ degreesRange: [-30, 30] }),
      sometimes(0.5, horizontalFlip()),
      sometimes(0.5, verticalFlip()),
    );
    return [{ role: 'view', count, augment }];
  },
});
