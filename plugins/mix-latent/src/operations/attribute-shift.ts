import { defineAugmenter, range, ViewforgeError } from '@viewforge/core';
import { type Features, values } from '@viewforge/tensor';
import { z } from 'zod';
import { asType } from '../as-type.ts';
import { directionOf, directionOptions } from './directions.ts';

/**
 * Moves each row of [n, d] along one unit direction by an amount of its own: z + amount u, with u a given direction, such as the difference
 * of two groups, or a principal one of the block. A direction of zeros moves nothing. The direction is held constant: gradients flow as they
 * are.
 */
export const attributeShift = defineAugmenter({
  name: 'attribute-shift',
  summary: 'Move each row of features along the direction of an attribute.',
  reference: 'https://arxiv.org/abs/1907.10786',
  accepts: 'features',
  returns: 'features',
  options: z.object({
    amountRange: range({
      default: [-1, 1],
      min: -1e6,
      max: 1e6,
      unit: 'units of the features',
      doc: 'How far each row moves is drawn from here.',
    }),
    ...directionOptions,
  }),
  draw: ([n], { amountRange: [low, high], direction, component }, random) => ({
    amounts: Array.from({ length: n! }, () => random.uniform(low, high)),
    direction,
    component,
  }),
  apply: (features, { amounts, ...directed }) => shiftRows(features, directionOf(features, directed, 'attribute-shift'), amounts),
  pullback: (_features, _drawn, gradient) => gradient,
});

/**
 * Rows [n, d] moved along a direction [d] by `amounts` [n], to z + amount u. Gradients of the rows are those of the result. Throws ViewforgeError
 * (SHAPE) for a direction or amounts of another length.
 */
export function shiftRows(rows: Features, direction: ArrayLike<number>, amounts: ArrayLike<number>): Features {
  const [n, d] = rows.shape as [number, number];
  if (direction.length !== d || amounts.length !== n) {
    const message = `expected a direction of ${d} numbers and ${n} amounts, got ${direction.length} and ${amounts.length}`;
    throw new ViewforgeError('SHAPE', 'shift-rows', message);
  }
  return asType(
    Float64Array.from(values(rows), (value, e) => value + amounts[Math.floor(e / d)]! * direction[e % d]!),
    rows,
  );
}
