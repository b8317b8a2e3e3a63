import { defineAugmenter } from '@viewforge/core';
import { invert as turnOver } from '@viewforge/image';

/** Turns every intensity x of an image [c, h, w] into 1 - x. */
export const invert = defineAugmenter({
  name: 'invert',
  summary: 'Make the negative of an image.',
  reference: 'https://arxiv.org/abs/1805.09501',
  accepts: 'image',
  returns: 'image',
  draw: () => ({}),
  apply: (image) => turnOver(image),
});
