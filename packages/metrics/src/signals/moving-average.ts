import { ViewforgeError } from '@viewforge/core';
import type { Accumulator } from '../streams/accumulator.ts';

/**
 * What a moving average keeps: the sum of numbers, each weighted (1 - momentum) momentum^(numbers after it), and how many there
 * were.
 */
export interface DecayingSum {
  readonly sum: number;
  readonly count: number;
}

/**
 * An exponential moving average of numbers in their order, in which a number counts `momentum` times as much as the one after
 * it. It is divided by what its weights sum to, so the first numbers are not pulled to 0; NaN before the first. `merge` takes in
 * numbers that came after its own. Throws ViewforgeError (OPTION) for a momentum outside [0, 1).
 */
export function createMovingAverage(momentum = 0.99): Accumulator<number, DecayingSum, number> {
  if (!(momentum >= 0 && momentum < 1)) {
    throw new ViewforgeError('OPTION', 'moving average', `expected a momentum in [0, 1), got ${momentum}`);
  }
  let [sum, count] = [0, 0];
  return {
    add(value) {
      sum = momentum * sum + (1 - momentum) * value;
      count++;
    },
    merge(other) {
      const later = other.state();
      sum = momentum ** later.count * sum + later.sum;
      count += later.count;
    },
    state: () => ({ sum, count }),
    result: () => sum / (1 - momentum ** count),
  };
}
