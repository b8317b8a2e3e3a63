import { choice, defineAugmenter, flag, integer } from '@viewforge/core';
import { resizedCrop } from '@viewforge/image';
import { z } from 'zod';

/**
 * Resizes the whole picture to a square, whatever its aspect ratio: bytes [c, h, w] become an image [c, size, size] in [0, 1].
 * Draws nothing: the control view, and what a recipe gives when nothing in it happens.
 */
export const resizeTo = defineAugmenter({
  name: 'resize-to',
  summary: 'Resize the whole picture to a square.',
  version: 2, // 2: resampling of bytes in fixed point
  accepts: 'pixels',
  returns: 'image',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of the square result.' }),
    interpolation: choice(['bilinear', 'bicubic', 'nearest'], {
      default: 'bilinear',
      doc: 'How values between pixels are found.',
    }),
    antialias: flag({ default: true, doc: 'Whether a smaller result averages over all pixels it covers.' }),
  }),
  draw: (_shape, { size, interpolation, antialias }) => ({ size, interpolation, antialias }),
  reshape: ([channels], { size }) => [channels!, size, size],
  apply: (pixels, { size, interpolation, antialias }) => {
    const [, height, width] = pixels.shape as [number, number, number];
    return resizedCrop(pixels, { top: 0, left: 0, height, width }, { height: size, width: size, interpolation, antialias });
  },
});
