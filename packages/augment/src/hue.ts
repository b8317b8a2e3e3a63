import { defineAugmenter, range } from '@viewforge/core';
import { adjustHue, runSteps } from '@viewforge/image';
import { z } from 'zod';

/** Turns the hue of every pixel of an image [3, h, w] by one angle. Gray pixels stay, and images with another number of channels. */
export const hue = defineAugmenter({
  name: 'hue',
  summary: 'Turn all colors around the color circle.',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    turnsRange: range({
      default: [-0.1, 0.1],
      min: -0.5,
      max: 0.5,
      unit: 'turns',
      doc: 'The angle is drawn from here; a third takes red to green.',
    }),
  }),
  draw: (_shape, { turnsRange: [low, high] }, random) => ({ turns: random.uniform(low, high) }),
  apply: (image, { turns }) => adjustHue(image, turns),
  fusion: { run: runSteps, steps: ({ turns }) => [{ kind: 'color', step: { kind: 'hue', turns } }] },
});
