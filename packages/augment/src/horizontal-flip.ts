import { defineAugmenter } from '@viewforge/core';
import { flipHorizontal, runSteps } from '@viewforge/image';

/** Mirrors an image [c, h, w] left to right, always: `sometimes(0.5, horizontalFlip())` flips every other one. */
export const horizontalFlip = defineAugmenter({
  name: 'horizontal-flip',
  summary: 'Mirror an image left to right.',
  accepts: 'image',
  returns: 'image',
  draw: () => ({}),
  apply: (image) => flipHorizontal(image),
  fusion: { run: runSteps, steps: () => [{ kind: 'flip' }] },
});
