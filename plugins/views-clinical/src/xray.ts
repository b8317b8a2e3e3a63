import { affine, resizeTo } from '@viewforge/augment';
import { definePlan, sequence } from '@viewforge/core';
import { z } from 'zod';
import { viewFields } from './view-fields.ts';

/**
 * Views of radiographs: the whole picture turned by up to 10 degrees, up to a tenth larger or smaller and moved by up to a twentieth. Never
 * mirrored, because a heart on the right is a finding, and of unchanged intensities; images [3, size, size] of the role "view".
 */
export const xray = definePlan({
  name: 'xray',
  summary: 'Make views of radiographs: small motions, no mirror, no color.',
  options: z.object(viewFields),
  groups: ({ size, count }) => {
    const motion = affine({ degreesRange: [-10, 10], translateShare: 0.05, scaleRange: [0.9, 1.1], shearXRange: [0, 0] });
    return [{ role: 'view', count, augment: sequence(resizeTo({ size }), motion) }];
  },
});
