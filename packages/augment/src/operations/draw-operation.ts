import type { Random } from '@viewforge/random';
import { type LevelSpace, operationAt } from './level-space.ts';
import type { Operation, OperationName } from './operation.ts';

/**
 * The operation of this name at a strength in [0, 1] for an image of shape [c, h, w], aimed at random: draws the sign, and for a
 * cutout the row and the column of its middle.
 */
export function drawOperation(
  name: OperationName,
  strength: number,
  shape: readonly number[],
  space: LevelSpace,
  random: Random,
): Operation {
  const sign = random.chance(0.5) ? -1 : 1;
  const center = name === 'cutout' ? ([random.integer(0, shape[1]!), random.integer(0, shape[2]!)] as const) : ([0, 0] as const);
  return operationAt(name, strength, { sign, center }, shape, space);
}
