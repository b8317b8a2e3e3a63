import { defineAugmenter } from '@viewforge/core';
import { flipVertical } from '@viewforge/image';

/** Turns an image [c, h, w] upside down by exchanging its rows, always: `sometimes(0.5, verticalFlip())` flips every other one. */
export const verticalFlip = defineAugmenter({
  name: 'vertical-flip',
  summary: 'Mirror an image top to bottom.',
  accepts: 'image',
  returns: 'image',
  draw: () => ({}),
  apply: (image) => flipVertical(image),
});
