import { defineAugmenter } from '@viewforge/core';
import { median3x3 } from '@viewforge/image';

/** Replaces every value of an image [c, h, w] by the median of the nine around it, as drivers of depth cameras smooth their maps. */
export const medianFilter = defineAugmenter({
  name: 'median-filter',
  summary: 'Take the median of three by three pixels.',
  accepts: 'image',
  returns: 'image',
  draw: () => ({}),
  apply: (image) => median3x3(image),
});
