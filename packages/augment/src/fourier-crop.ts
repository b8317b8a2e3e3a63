import { defineAugmenter, integer } from '@viewforge/core';
import { fourierCrop as crop } from '@viewforge/image';
import { z } from 'zod';

/**
 * Keeps the lowest frequencies of an image [c, h, w], as an image [c, band, band]: an exact low pass and a reduction in one. An odd
 * band counts as the even one below; an axis no longer than the band stays as it is. Results may leave [0, 1] a little, because sharp
 * edges ring, and are not clamped: a normalization comes next.
 */
export const fourierCrop = defineAugmenter({
  name: 'fourier-crop',
  summary: 'Keep the low frequencies of an image at a smaller size.',
  reference: 'https://arxiv.org/abs/2211.09703',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    band: integer({
      default: 160,
      min: 2,
      unit: 'pixels',
      doc: 'Side of the result and of the square of frequencies that is kept.',
    }),
  }),
  draw: (_shape, { band }) => ({ band }),
  reshape: ([c, h, w], { band }) => [c!, keptSide(h!, band), keptSide(w!, band)],
  apply: (image, { band }) => crop(image, band),
});

function keptSide(side: number, band: number): number {
  return side <= band ? side : 2 * Math.floor(band / 2);
}
