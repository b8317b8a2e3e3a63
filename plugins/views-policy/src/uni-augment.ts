import { applyOperations, drawOperation, levelSpaces, paperOperations, warpFields } from '@viewforge/augment';
import { defineAugmenter } from '@viewforge/core';
import { z } from 'zod';

/** Operations that are drawn, and how likely each is applied. */
const count = 2;
const probability = 0.5;

/**
 * Draws two operations of RandAugment's 14 and applies each with probability one half, at a strength drawn evenly from none to
 * full, to an image [c, h, w] in [0, 1]. There is nothing to tune. Results are levels / 255; where neither is applied, the image
 * as it is.
 */
export const uniAugment = defineAugmenter({
  name: 'uni-augment',
  summary: 'Apply up to two operations at any strength.',
  reference: 'https://arxiv.org/abs/2003.14348',
  accepts: 'image',
  returns: 'image',
  options: z.object(warpFields()),
  draw: (shape, { interpolation, fill }, random) => {
    const operations = Array.from({ length: count }, (_, place) => random.fork(place)).flatMap((stream) => {
      const name = paperOperations[stream.integer(0, paperOperations.length)]!;
      const isApplied = stream.chance(probability);
      const operation = drawOperation(name, stream.uniform(0, 1), shape, levelSpaces.standard, stream);
      return isApplied ? [operation] : [];
    });
    return { operations, interpolation, fill };
  },
  apply: (image, { operations, ...warp }) => applyOperations(image, operations, warp),
});
