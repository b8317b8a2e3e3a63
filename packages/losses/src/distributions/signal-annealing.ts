import { ViewforgeError } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import { logSoftmax } from './log-softmax.ts';

/** How fast labeled items come in: evenly, late, or early. */
export type AnnealingSchedule = 'linear' | 'exponential' | 'logarithmic';

/**
 * Training signal annealing (UDA): the probability in [1 / classes, 1] above which a labeled item is known well enough to be left out
 * at `fraction` in [0, 1] of the training. Between the two it rises with the fraction t: as t, exp(5 (t - 1)) or 1 - exp(-5 t), of which
 * the second does not quite begin at 0 and the third does not quite end at 1. Throws ViewforgeError (OPTION) for a fraction outside [0, 1]
 * or a number of classes that is not whole and at least 1.
 */
export function annealingThreshold(fraction: number, classes: number, schedule: AnnealingSchedule = 'linear'): number {
  const fail = (expected: string, got: number): never => {
    throw new ViewforgeError('OPTION', 'annealing-threshold', `expected ${expected}, got ${got}`);
  };
  if (!(fraction >= 0 && fraction <= 1)) fail('a fraction in [0, 1]', fraction);
  if (!(Number.isInteger(classes) && classes >= 1)) fail('a whole number of classes >= 1', classes);
  const share =
    schedule === 'linear' ? fraction : schedule === 'exponential' ? Math.exp(5 * (fraction - 1)) : 1 - Math.exp(-5 * fraction);
  return share * (1 - 1 / classes) + 1 / classes;
}

/**
 * [n]; 1 for items whose own class has at most `threshold` of the softmax of its scores [n, k], 0 for the others: to be used as
 * `queryWeights`. Throws ViewforgeError: OPTION for a threshold outside [0, 1], SHAPE for another number of labels, LABEL for one outside
 * 0 .. k - 1, NOT_FINITE for scores that are no finite numbers.
 */
export function annealedWeights(scores: Features, labels: Int32Array, threshold: number): Float64Array {
  const [n, k] = scores.shape as [number, number];
  const where = 'annealed-weights';
  if (!(threshold >= 0 && threshold <= 1))
    throw new ViewforgeError('OPTION', where, `expected a threshold in [0, 1], got ${threshold}`);
  if (labels.length !== n) throw new ViewforgeError('SHAPE', where, `expected ${n} labels, got ${labels.length}`);
  const logs = new Float64Array(k);
  return Float64Array.from(labels, (label, row) => {
    if (!(label >= 0 && label < k))
      throw new ViewforgeError('LABEL', where, `expected labels in 0..${k - 1}, got ${label} for item ${row}`);
    logSoftmax(scores, row, { temperature: 1, where, name: 'scores' }, logs);
    return Number(Math.exp(logs[label]!) <= threshold);
  });
}
