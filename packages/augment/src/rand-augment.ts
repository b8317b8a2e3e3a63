import { choice, defineAugmenter, flag, integer, number } from '@viewforge/core';
import { permutation, type Random } from '@viewforge/random';
import { z } from 'zod';
import { applyOperations } from './operations/apply-operations.ts';
import { drawOperation } from './operations/draw-operation.ts';
import { levelSpaces } from './operations/level-space.ts';
import { extendedOperations, type Operation, paperOperations } from './operations/operation.ts';
import { warpFields } from './operations/warp-fields.ts';

/** Level of full strength. */
const fullLevel = 30;

/**
 * Applies a few operations, drawn with equal chances from a list, at one level of strength in 0 … 30, to an image [c, h, w] in
 * [0, 1]; results are levels / 255. For photographs the paper has 2 operations at level 9, for CIFAR-10 3 at level 5. No
 * operation (`count` 0) is the identity; level 0 is not, because factors then are 0.1 and 4 bits are left: in the space
 * `centered` only the operations without a strength (autocontrast, equalize) remain. Levels on a scale to 10, with their
 * deviation, times 3 are the same strengths.
 */
export const randAugment = defineAugmenter({
  name: 'rand-augment',
  summary: 'Apply a few drawn operations at one strength.',
  reference: 'https://arxiv.org/abs/1909.13719',
  accepts: 'image',
  returns: 'image',
  // nine options: each is a choice of the published forms, and a plan of RandAugment needs them on one part
  options: z.object({
    count: integer({ default: 2, min: 0, max: 14, unit: 'operations', doc: 'How many operations are drawn.' }),
    level: number({ default: 9, min: 0, max: fullLevel, unit: 'levels', doc: 'How strong each operation is.' }),
    levelDeviation: number({
      default: 0,
      min: 0,
      max: fullLevel,
      unit: 'levels',
      doc: 'Each level is drawn from a normal distribution of this deviation around `level`, and clipped to 0 … 30.',
    }),
    probability: number({ default: 1, min: 0, max: 1, unit: 'probability', doc: 'How likely a drawn operation is applied.' }),
    replacement: flag({ default: true, doc: 'Whether an operation can be drawn more than once.' }),
    operations: choice(['paper', 'extended'], {
      default: 'paper',
      doc: 'The list of 14 operations, or of 15 with invert and solarize-add instead of identity.',
    }),
    space: choice(['standard', 'small', 'increasing', 'centered', 'wide'], {
      default: 'standard',
      doc: 'What full strength means for each operation; "small" is for 32 x 32 pixels.',
    }),
    ...warpFields(),
  }),
  draw: (shape, { interpolation, fill, ...options }, random) => ({
    operations: drawRandAugment(shape, options, random),
    interpolation,
    fill,
  }),
  apply: (image, { operations, ...warp }) => applyOperations(image, operations, warp),
});

/** What decides which operations RandAugment draws: the options of the same names. */
export interface RandAugmentDraw {
  readonly count: number;
  /** In 0 … 30, as is its deviation. */
  readonly level: number;
  readonly levelDeviation: number;
  readonly probability: number;
  readonly replacement: boolean;
  readonly operations: 'paper' | 'extended';
  readonly space: keyof typeof levelSpaces;
}

/**
 * The operations of one RandAugment for an image of shape [c, h, w], in order. Each place has a stream of its own and draws
 * its operation, whether it is applied, its level, its sign; without replacement the order of the list is drawn first.
 */
export function drawRandAugment(shape: readonly number[], options: RandAugmentDraw, random: Random): Operation[] {
  const { count, level, levelDeviation, probability, replacement, space } = options;
  const names = options.operations === 'paper' ? paperOperations : extendedOperations;
  const order = replacement ? undefined : permutation(random.fork('order'), names.length);
  return Array.from({ length: count }, (_, place) => random.fork(place)).flatMap((stream, place) => {
    const drawn = stream.integer(0, names.length);
    const isApplied = stream.chance(probability);
    const at = Math.min(fullLevel, Math.max(0, stream.normal(level, levelDeviation)));
    const name = names[order?.[place] ?? drawn]!;
    return isApplied ? [drawOperation(name, at / fullLevel, shape, levelSpaces[space], stream)] : [];
  });
}
