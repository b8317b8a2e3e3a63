import { applyOperations, drawOperation, levelSpaces, paperOperations, warpFields } from '@viewforge/augment';
import { choice, defineAugmenter } from '@viewforge/core';
import { z } from 'zod';

/** Level of full strength. */
const fullLevel = 30;

/**
 * Applies one operation of RandAugment's 14, each as likely, at a level of 0 … 30, each as likely, to an image [c, h, w] in [0,
 * 1]. There is nothing to tune. Results are levels / 255.
 */
export const trivialAugment = defineAugmenter({
  name: 'trivial-augment',
  summary: 'Apply one operation at any strength.',
  reference: 'https://arxiv.org/abs/2103.10158',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    space: choice(['wide', 'standard'], {
      default: 'wide',
      doc: 'Whether full strength is the wide one of the paper’s best results or RandAugment’s.',
    }),
    ...warpFields(),
  }),
  draw: (shape, { space, interpolation, fill }, random) => {
    const name = paperOperations[random.integer(0, paperOperations.length)]!;
    const level = random.integer(0, fullLevel + 1);
    const operation = drawOperation(name, level / fullLevel, shape, levelSpaces[space], random);
    return { operations: [operation], interpolation, fill };
  },
  apply: (image, { operations, ...warp }) => applyOperations(image, operations, warp),
});
