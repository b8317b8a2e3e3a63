import { defineAugmenter } from '@viewforge/core';
import { autocontrast as stretch } from '@viewforge/image';

/** Stretches every channel of an image [c, h, w] so that it reaches from 0 to 1; a channel of one value keeps it. */
export const autocontrast = defineAugmenter({
  name: 'autocontrast',
  summary: 'Stretch each channel to the whole range.',
  reference: 'https://arxiv.org/abs/1805.09501',
  accepts: 'image',
  returns: 'image',
  draw: () => ({}),
  apply: (image) => stretch(image),
});
