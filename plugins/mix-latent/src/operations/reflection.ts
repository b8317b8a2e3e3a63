import { defineAugmenter } from '@viewforge/core';
import { type Features, values } from '@viewforge/tensor';
import { z } from 'zod';
import { asType } from '../as-type.ts';
import { directionOf, directionOptions } from './directions.ts';
import { meanRow } from './singular-values.ts';

/**
 * Mirrors rows [n, d] in the plane through the mean of the block that stands on a unit direction u: z - 2 u (u . (z - mean)). Twice is the
 * identity, and a direction of zeros changes nothing. It draws nothing. Direction and mean are held constant: gradients are mirrored as well.
 */
export const reflection = defineAugmenter({
  name: 'reflection',
  summary: 'Mirror features in a plane through their mean.',
  accepts: 'features',
  returns: 'features',
  options: z.object(directionOptions),
  draw: (_shape, { direction, component }) => ({ direction, component }),
  apply: (features, directed) => reflectRows(features, directionOf(features, directed, 'reflection'), meanRow(features)),
  pullback: (features, directed, gradient) => {
    const direction = directionOf(features, directed, 'reflection');
    return reflectRows(gradient, direction, new Float64Array(direction.length));
  },
});

/** Rows [n, d] mirrored in the plane through `center` [d] that stands on a unit direction [d]. */
export function reflectRows(rows: Features, direction: ArrayLike<number>, center: ArrayLike<number>): Features {
  const [n, d] = rows.shape as [number, number];
  const from = values(rows);
  const sums = Float64Array.from(from);
  for (let i = 0; i < n; i++) {
    let along = 0;
    for (let k = 0; k < d; k++) along += direction[k]! * (from[i * d + k]! - center[k]!);
    for (let k = 0; k < d; k++) sums[i * d + k] = sums[i * d + k]! - 2 * along * direction[k]!;
  }
  return asType(sums, rows);
}
