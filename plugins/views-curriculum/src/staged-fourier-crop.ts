import { fourierCrop } from '@viewforge/augment';
import { defineAugmenter, integer, range } from '@viewforge/core';
import { z } from 'zod';
import { stageAt, stageShare } from './stages.ts';

const part = fourierCrop();

/**
 * Low frequencies of an image [c, h, w] at a smaller size that grows with the run. The band is the low share of the longer side
 * for the first stages and then grows evenly to the high share of the last, rounded to pixels and down to an even number, at
 * least 2: 160, 160, 160, 192 and 224 of 224. All items of one shape get the same band in an epoch. A share of 1 is the image;
 * others may leave [0, 1] a little.
 */
export const stagedFourierCrop = defineAugmenter({
  name: 'staged-fourier-crop',
  summary: 'Keep low frequencies, more of them as the run goes on.',
  reference: 'https://arxiv.org/abs/2211.09703',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    stages: integer({ default: 5, min: 1, max: 1000, unit: 'stages', doc: 'Into how many the run is divided.' }),
    held: integer({ default: 3, min: 1, max: 1000, unit: 'stages', doc: 'How many of the first stages have the smallest band.' }),
    shareRange: range({
      default: [5 / 7, 1],
      min: 0,
      max: 1,
      unit: 'share of the longer side',
      doc: 'Band of the first and of the last stage.',
    }),
  }),
  draw: ([, h, w], { stages, held, shareRange: [low, high] }, _random, { fraction }) => {
    const stage = stageAt(fraction, stages);
    const grown = stage < held ? 0 : stageShare(stage - held + 1, stages - held + 1);
    return { stage, band: bandOf(low + (high - low) * grown, Math.max(h!, w!)) };
  },
  reshape: (shape, { band }) => part.reshape(shape, { band }),
  apply: (image, { band }) => part.apply(image, { band }),
});

function bandOf(share: number, side: number): number {
  const band = Math.round(share * side);
  return Math.max(2, band === side ? side : 2 * Math.floor(band / 2)); // the whole side may be odd
}
