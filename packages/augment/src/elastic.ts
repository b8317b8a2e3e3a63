import { choice, defineAugmenter, range } from '@viewforge/core';
import { elasticField, warpField } from '@viewforge/image';
import { seedOf } from '@viewforge/random';
import { z } from 'zod';

/**
 * Moves every pixel of an image [c, h, w] by a smooth field of noise. The paper multiplies smoothed noise by a factor; here the
 * deviation of the displacements is drawn itself, so that it depends on neither the smoothness nor the size. From a strength
 * of about half the smoothness on, the picture folds over at places. Params hold the seed of the noise.
 */
export const elastic = defineAugmenter({
  name: 'elastic',
  summary: 'Bend an image along a smooth field of noise.',
  reference: 'https://doi.org/10.1109/ICDAR.2003.1227801',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    strengthRange: range({
      default: [0.01, 0.03],
      min: 0,
      max: 0.5,
      unit: 'share of the shorter side',
      doc: 'Standard deviation of the displacements is drawn from here.',
    }),
    smoothnessRange: range({
      default: [0.06, 0.12],
      min: 0.01,
      max: 1,
      unit: 'share of the shorter side',
      doc: 'Deviation of the Gaussian that smooths the displacements is drawn from here.',
    }),
    interpolation: choice(['bilinear', 'nearest'], { default: 'bilinear', doc: 'How values between pixels are found.' }),
    border: choice(['reflect', 'edge', 'zero'], {
      default: 'reflect',
      doc: 'What lies beyond the border: the mirrored image, its edge, or black.',
    }),
  }),
  draw: ([, h, w], { strengthRange, smoothnessRange, ...warp }, random) => {
    const side = Math.min(h!, w!);
    const deviation = side * random.uniform(...strengthRange);
    const smoothness = side * random.uniform(...smoothnessRange);
    return { deviation, smoothness, seed: seedOf(random), ...warp };
  },
  apply: (image, { deviation, smoothness, seed, ...warp }) => {
    const [, h, w] = image.shape as [number, number, number];
    return warpField(image, elasticField(h, w, { deviation, smoothness, seed }), warp);
  },
});
