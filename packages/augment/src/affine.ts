import { defineAugmenter, number, range } from '@viewforge/core';
import { affineMatrix, warpAffine } from '@viewforge/image';
import { z } from 'zod';
import { warpOptions } from './warp-options.ts';

/**
 * Turns, moves, enlarges and leans an image [c, h, w] about its center in one resampling; the frame stays. Ranges of equal ends
 * switch a motion off: [0, 0] degrees, a share of 0, a scale of [1, 1].
 */
export const affine = defineAugmenter({
  name: 'affine',
  summary: 'Turn, move, enlarge and lean an image at random.',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    degreesRange: range({
      default: [-20, 20],
      min: -360,
      max: 360,
      unit: 'degrees',
      doc: 'The clockwise angle is drawn from here.',
    }),
    translateShare: number({
      default: 0.1,
      min: 0,
      max: 1,
      unit: 'share of width and height',
      doc: 'The image is moved by up to this much to either side, up and down.',
    }),
    scaleRange: range({ default: [0.8, 1.2], min: 0.01, max: 100, unit: 'times', doc: 'The enlargement is drawn from here.' }),
    shearXRange: range({
      default: [-10, 10],
      min: -89,
      max: 89,
      unit: 'degrees',
      doc: 'How far upright lines lean to the right at the top is drawn from here.',
    }),
    shearYRange: range({
      default: [0, 0],
      min: -89,
      max: 89,
      unit: 'degrees',
      doc: 'How far level lines rise to the right is drawn from here.',
    }),
    ...warpOptions(),
  }),
  draw: ([, h, w], { degreesRange, translateShare, scaleRange, shearXRange, shearYRange, ...warp }, random) => {
    const degrees = random.uniform(...degreesRange);
    const right = w! * random.uniform(-translateShare, translateShare);
    const down = h! * random.uniform(-translateShare, translateShare);
    const scale = random.uniform(...scaleRange);
    const shearX = random.uniform(...shearXRange);
    return { degrees, right, down, scale, shearX, shearY: random.uniform(...shearYRange), ...warp };
  },
  apply: (image, { degrees, right, down, scale, shearX, shearY, ...warp }) =>
    warpAffine(image, { matrix: affineMatrix({ degrees, translate: [right, down], scale, shear: [shearX, shearY] }), ...warp }),
});
