import { defineAugmenter } from '@viewforge/core';
import { equalize as spread } from '@viewforge/image';

/** Spreads the levels of every channel of an image [c, h, w] as evenly as they allow. Results are levels / 255. */
export const equalize = defineAugmenter({
  name: 'equalize',
  summary: 'Spread the levels of each channel evenly.',
  reference: 'https://arxiv.org/abs/1805.09501',
  accepts: 'image',
  returns: 'image',
  draw: () => ({}),
  apply: (image) => spread(image),
});
