import { ViewforgeError } from '@viewforge/core';
import { type Features, values } from '@viewforge/tensor';
import { z } from 'zod';
import { principalDirections } from './singular-values.ts';

/** The options that say along which direction features are altered. */
export const directionOptions = {
  direction: z
    .array(z.number())
    .readonly()
    .default([])
    .describe('The direction, [d], of any length, such as `groupDirection` gives; when empty, a principal one of the block.')
    .meta({ unit: 'none' }),
  component: z
    .int()
    .min(0)
    .default(0)
    .describe('Which principal direction where none is given: 0 has the largest variance.')
    .meta({ unit: 'none' }),
};

/** A direction, or which principal one of the block. */
export type Directed = { readonly direction: readonly number[]; readonly component: number };

/**
 * The unit vector from the mean of one group of rows [n, d] to that of another, [d]: in groups [n], 1 and 0 say which, and rows of any other
 * number count for neither. Zeros where the means are equal. Throws ViewforgeError: EMPTY where a group has no row, SHAPE for another
 * number of groups, NOT_FINITE.
 */
export function groupDirection(features: Features, groups: ArrayLike<number>): Float64Array {
  const [n, d] = features.shape as [number, number];
  if (groups.length !== n)
    throw new ViewforgeError('SHAPE', 'group-direction', `expected ${n} groups, one a row, got ${groups.length}`);
  const from = values(features);
  const difference = new Float64Array(d);
  for (const group of [0, 1]) {
    const rows = Array.from({ length: n }, (_, i) => i).filter((i) => groups[i] === group);
    if (rows.length === 0) throw new ViewforgeError('EMPTY', 'group-direction', `expected rows of group ${group}, got none`);
    const sign = group === 1 ? 1 : -1;
    for (const row of rows)
      for (let k = 0; k < d; k++) difference[k] = difference[k]! + (sign * from[row * d + k]!) / rows.length;
  }
  if (!difference.every(Number.isFinite))
    throw new ViewforgeError('NOT_FINITE', 'group-direction', 'expected finite features, got a mean that is none');
  return unit(difference);
}

/** The unit direction [d] that was asked for; zeros for a direction of zeros or one that does not vary. Throws ViewforgeError (SHAPE). */
export function directionOf(features: Features, { direction, component }: Directed, where: string): Float64Array {
  const d = features.shape[1]!;
  if (direction.length === 0)
    return component >= d ? new Float64Array(d) : principalDirections(features, component + 1).slice(component * d);
  if (direction.length !== d)
    throw new ViewforgeError('SHAPE', where, `expected a direction of ${d} numbers, got ${direction.length}`);
  return unit(Float64Array.from(direction));
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length <= 1e-12 ? new Float64Array(vector.length) : vector.map((value) => value / length);
}
