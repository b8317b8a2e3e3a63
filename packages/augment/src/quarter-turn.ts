import { defineAugmenter } from '@viewforge/core';
import { turnQuarter } from '@viewforge/image';

/**
 * Turns an image [c, h, w] counter-clockwise by 0, 1, 2 or 3 quarters, each as likely. Pixels are moved, never resampled; an odd
 * number exchanges h and w, so views of a batch stay of one shape only if the image is square.
 */
export const quarterTurn = defineAugmenter({
  name: 'quarter-turn',
  summary: 'Turn an image by a drawn number of quarters.',
  accepts: 'image',
  returns: 'image',
  draw: (_shape, _options, random) => ({ turns: random.integer(0, 4) }),
  reshape: ([c, h, w], { turns }) => (turns % 2 === 0 ? [c!, h!, w!] : [c!, w!, h!]),
  apply: (image, { turns }) => turnQuarter(image, turns),
});
