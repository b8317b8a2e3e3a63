import { choice, defineAugmenter, integer, number } from '@viewforge/core';
import { pad as enlarge } from '@viewforge/image';
import { z } from 'zod';

/** Adds pixels around an image: [c, h, w] becomes [c, top + h + bottom, left + w + right]. Draws nothing. */
export const pad = defineAugmenter({
  name: 'pad',
  summary: 'Add pixels around an image.',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    left: side('on the left'),
    top: side('at the top'),
    right: side('on the right'),
    bottom: side('at the bottom'),
    mode: choice(['constant', 'edge', 'reflect'], {
      default: 'constant',
      doc: 'What is added: one intensity, the edge again and again, or the mirrored image.',
    }),
    fill: number({ default: 0, min: 0, max: 1, unit: 'intensity', doc: 'What is added when it is constant.' }),
  }),
  draw: (_shape, options) => ({ ...options }),
  reshape: ([c, h, w], { left, top, right, bottom }) => [c!, top + h! + bottom, left + w! + right],
  apply: (image, padding) => enlarge(image, padding),
});

function side(where: string) {
  return integer({ default: 4, min: 0, max: 512, unit: 'pixels', doc: `How much is added ${where}.` });
}
