import { defineAugmenter } from '@viewforge/core';
import { runSteps, grayscale as toGray } from '@viewforge/image';

/** Sets every channel of an image [3, h, w] to its luma, 0.2989 R + 0.587 G + 0.114 B. */
export const grayscale = defineAugmenter({
  name: 'grayscale',
  summary: 'Take the colors out of an image.',
  accepts: 'image',
  returns: 'image',
  draw: () => ({}),
  apply: (image) => toGray(image),
  fusion: { run: runSteps, steps: () => [{ kind: 'color', step: { kind: 'grayscale' } }] },
});
