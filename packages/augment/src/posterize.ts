import { defineAugmenter, range } from '@viewforge/core';
import { posterize as keepBits } from '@viewforge/image';
import { z } from 'zod';

/** Rounds every intensity of an image [c, h, w] to a byte and sets all but its highest bits to 0; 8 bits keep levels, 0 are black. */
export const posterize = defineAugmenter({
  name: 'posterize',
  summary: 'Keep only the highest bits of every intensity.',
  reference: 'https://arxiv.org/abs/1805.09501',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    bitsRange: range({
      default: [4, 7],
      min: 0,
      max: 8,
      unit: 'bits',
      doc: 'A whole number of bits is drawn from here, both ends included; ends are rounded.',
    }),
  }),
  draw: (_shape, { bitsRange: [low, high] }, random) => ({ bits: random.integer(Math.round(low), Math.round(high) + 1) }),
  apply: (image, { bits }) => keepBits(image, bits),
});
