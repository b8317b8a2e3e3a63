import { defineAugmenter, number } from '@viewforge/core';
import { mapImage } from '@viewforge/image';
import { uniformNoise } from '@viewforge/kernels';
import { seedOf } from '@viewforge/random';
import { type Image, values } from '@viewforge/tensor';
import { z } from 'zod';
import { farthestField } from './farthest-field.ts';

/**
 * Sets pixels at steep places of a depth map to 0, each with the chance `share`, as cameras lose the outlines of things. A place is steep
 * where the gradient of an image [c, h, w] with `farthest` at 1 is more than `threshold`; each channel is taken by itself.
 */
export const edgeDrop = defineAugmenter({
  name: 'edge-drop',
  summary: 'Drop depths at the outlines of things.',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    threshold: number({ default: 0.05, min: 0, max: 1000, unit: 'meters per pixel', doc: 'Gradients above this are outlines.' }),
    share: number({
      default: 0.5,
      min: 0,
      max: 1,
      unit: 'share of pixels',
      doc: 'How many of the outlines’ pixels are dropped.',
    }),
    farthest: farthestField,
  }),
  draw: (_shape, options, random) => ({ ...options, seed: seedOf(random) }),
  apply: (image, { threshold, share, farthest, seed }) => {
    const chances = uniformNoise(image.size, seed);
    const gradient = squaredGradient(image);
    const steep = (threshold / farthest) ** 2;
    return mapImage(image, (value, i) => (gradient[i]! > steep && chances[i]! < share ? 0 : value));
  },
});

/** The squared length of the gradient [c, h, w] per pixel: central differences, one-sided ones at the edges. */
function squaredGradient(image: Image): Float64Array {
  const [c, h, w] = image.shape as [number, number, number];
  const from = values(image);
  const squares = new Float64Array(from.length);
  for (let row = 0, at = 0; row < c * h; row++) {
    const y = row % h;
    const [above, below] = [y > 0 ? w : 0, y < h - 1 ? w : 0];
    for (let x = 0; x < w; x++, at++) {
      const [left, right] = [x > 0 ? 1 : 0, x < w - 1 ? 1 : 0];
      const down = (from[at + below]! - from[at - above]!) / Math.max(1, (above + below) / w);
      const across = (from[at + right]! - from[at - left]!) / Math.max(1, left + right);
      squares[at] = down * down + across * across;
    }
  }
  return squares;
}
