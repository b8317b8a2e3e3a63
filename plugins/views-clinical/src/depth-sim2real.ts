import { affine } from '@viewforge/augment';
import { definePlan, integer, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';
import { depthHoles } from './depth-holes.ts';
import { depthNoise } from './depth-noise.ts';
import { edgeDrop } from './edge-drop.ts';
import { farthestField } from './farthest-field.ts';
import { medianFilter } from './median-filter.ts';

/**
 * Views that make rendered depth maps look like those of a camera: lost outlines, noise, holes, a small motion, and the median now and
 * then; images [1, h, w] with `farthest` at 1 and nothing measured at 0, of the size of the map and the role "view". Motions take the
 * nearest pixel, because depths between two surfaces belong to neither. Sources of files give pictures in bytes, too coarse for
 * depths: hold maps in memory, in a source that gives images.
 */
export const depthSim2real = definePlan({
  name: 'depth-sim2real',
  summary: 'Make rendered depth maps look measured.',
  accepts: 'image',
  options: z.object({
    count: integer({ default: 2, min: 1, unit: 'views', doc: 'Views of each item.' }),
    farthest: farthestField,
  }),
  groups: ({ count, farthest }) => {
    const augment = sequence(
      edgeDrop({ farthest, threshold: 0.05, share: 0.5 }), // first, because noise has steep places everywhere from some meters on
      depthNoise({ farthest }),
      depthHoles({ shareRange: [0, 0.1] }),
      affine({
        degreesRange: [-5, 5],
        translateShare: 0.05,
        scaleRange: [0.95, 1.05],
        shearXRange: [0, 0],
        interpolation: 'nearest',
      }),
      sometimes(0.3, medianFilter()),
    );
    return [{ role: 'view', count, augment }];
  },
});
