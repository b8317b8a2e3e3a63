import { choice, defineAugmenter, flag, integer, number } from '@viewforge/core';
import { resizedCrop, runSteps } from '@viewforge/image';
import { z } from 'zod';

/**
 * Cuts the square in the middle and resizes it: bytes [c, h, w] become an image [c, size, size] in [0, 1]. Draws nothing.
 * The defaults are the usual evaluation view: resizing the shorter side to 256 and cutting 224.
 */
export const centerCrop = defineAugmenter({
  name: 'center-crop',
  summary: 'Cut the square in the middle and resize it.',
  version: 2, // 2: resampling of bytes in fixed point
  accepts: 'pixels',
  returns: 'image',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of the square result.' }),
    share: number({
      default: 0.875,
      min: 0,
      max: 1,
      open: 'min',
      unit: 'share of the shorter side',
      doc: 'Side of the square that is cut.',
    }),
    interpolation: choice(['bilinear', 'bicubic', 'nearest'], {
      default: 'bilinear',
      doc: 'How values between pixels are found.',
    }),
    antialias: flag({ default: true, doc: 'Whether a smaller result averages over all pixels it covers.' }),
  }),
  draw: (shape, { share, ...result }) => {
    const [, h, w] = shape as [number, number, number];
    const side = Math.max(1, Math.round(share * Math.min(h, w)));
    return { top: Math.floor((h - side) / 2), left: Math.floor((w - side) / 2), side, ...result };
  },
  reshape: ([channels], { size }) => [channels!, size, size],
  apply: (pixels, { top, left, side, size, interpolation, antialias }) =>
    resizedCrop(pixels, { top, left, height: side, width: side }, { height: size, width: size, interpolation, antialias }),
  fusion: {
    run: runSteps,
    steps: ({ top, left, side, size, interpolation, antialias }) => [
      {
        kind: 'crop',
        box: { top, left, height: side, width: side },
        resize: { height: size, width: size, interpolation, antialias },
      },
    ],
  },
});
