import {
  applyOperations,
  boxAround,
  drawOperation,
  levelSpaces,
  type OperationName,
  paperOperations,
  warpFields,
} from '@viewforge/augment';
import { defineAugmenter, integer } from '@viewforge/core';
import type { Random } from '@viewforge/random';
import { z } from 'zod';

/** The 15 operations: those of RandAugment with invert and cutout instead of identity. */
const names: readonly OperationName[] = [...paperOperations.slice(1), 'invert', 'cutout'];

/** Operations that are drawn, how likely each is applied, and the level of full strength. */
const count = 2;
const probability = 0.5;
const fullLevel = 10;

/**
 * The strong noise of UDA on an image [c, h, w] in [0, 1], made for pictures of 32 x 32: two of 15 operations, each applied with
 * probability one half at a level of 1 … 9 of 10, then a square cut out around any pixel. Results are levels / 255.
 */
export const uda = defineAugmenter({
  name: 'uda',
  summary: 'Apply up to two operations and cut out a square.',
  reference: 'https://arxiv.org/abs/1904.12848',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    cutout: integer({
      default: 16,
      min: 0,
      unit: 'pixels',
      doc: 'Side of the square, of which some may lie outside; 0 cuts nothing.',
    }),
    ...warpFields(),
  }),
  draw: (shape, { cutout, interpolation, fill }, random) => {
    const drawn = Array.from({ length: count }, (_, place) => drawStep(shape, random.fork(place))).flat();
    const [, height, width] = shape as [number, number, number];
    const center = [random.integer(0, height), random.integer(0, width)] as const;
    const square = { op: 'cutout', ...boxAround(center, cutout, height, width) } as const;
    return { operations: [...drawn, square], interpolation, fill };
  },
  apply: (image, { operations, ...warp }) => applyOperations(image, operations, warp),
});

/** One operation, or none: its name, whether it is applied, its level, its sign. */
function drawStep(shape: readonly number[], stream: Random) {
  const name = names[stream.integer(0, names.length)]!;
  const isApplied = stream.chance(probability);
  const level = stream.integer(1, fullLevel);
  return isApplied ? [drawOperation(name, level / fullLevel, shape, levelSpaces.small, stream)] : [];
}
