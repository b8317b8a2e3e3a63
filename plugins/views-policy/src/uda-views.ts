import { horizontalFlip, resizeTo } from '@viewforge/augment';
import { definePlan, integer, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';
import { paddedCrop } from './padded-crop.ts';
import { uda } from './uda.ts';

/**
 * The two views of UDA: one of the role "weak", flipped and moved by a padded crop, and one of the role "strong", which is
 * flipped and moved by draws of its own and then goes through `uda`. Images [3, size, size] in [0, 1]; a loss wants both
 * predictions to agree.
 */
export const udaViews = definePlan({
  name: 'uda-views',
  summary: 'Make a weak and a strong view as UDA does.',
  reference: 'https://arxiv.org/abs/1904.12848',
  options: z.object({
    size: integer({ default: 32, min: 1, unit: 'pixels', doc: 'Side of a view; the whole picture is resized to it.' }),
    padding: integer({ default: 4, min: 0, unit: 'pixels', doc: 'A view is moved by up to this much.' }),
    cutout: integer({ default: 16, min: 0, unit: 'pixels', doc: 'Side of the square cut out of the strong view.' }),
  }),
  groups: ({ size, padding, cutout }) => {
    const weak = () => [resizeTo({ size }), sometimes(0.5, horizontalFlip()), paddedCrop({ padding })] as const;
    return [
      { role: 'weak', count: 1, augment: sequence(...weak()) },
      { role: 'strong', count: 1, augment: sequence(...weak(), uda({ cutout })) },
    ];
  },
});
