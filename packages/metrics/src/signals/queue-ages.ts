import type { MetricReport } from '@viewforge/core';
import { nothingToMeasure } from '../reports.ts';
import { pairedCosineOf } from '../samples/paired-cosine.ts';
import type { Features } from '@viewforge/tensor';

/**
 * How old the rows of a queue are, in steps: the mean of `now` less the step at which each row was stored. `parts`: `largest`,
 * which is ceil(K / B) for a full queue of K rows, B of them new each step, and `smallest`. Rows never stored (a step below 0)
 * do not count. NaN, with a note, for an empty queue.
 */
export function queueAgesOf(now: number, stored: ArrayLike<number>): MetricReport {
  const ages = Array.from(stored)
    .filter((step) => step >= 0)
    .map((step) => now - step);
  if (ages.length === 0) return nothingToMeasure('ages need a stored row');
  return {
    value: ages.reduce((sum, age) => sum + age, 0) / ages.length,
    n: ages.length,
    parts: {
      smallest: ages.reduce((a, b) => Math.min(a, b)),
      largest: ages.reduce((a, b) => Math.max(a, b)),
    },
    notes: ages.length < stored.length ? [`${stored.length - ages.length} rows were never stored`] : [],
  };
}

/**
 * How far stored keys [n, d] have drifted from what the encoder makes of the same items now: 1 - the mean cosine of both. In [0,
 * 2]. `parts`: `largest` drift. Pairs with a row of length 0 are left out. Throws ViewforgeError (SHAPE) where shapes differ.
 */
export function keyDriftOf(stored: Features, current: Features): MetricReport {
  const { value, parts, ...found } = pairedCosineOf(stored, current);
  return { ...found, value: 1 - value, parts: 'least' in parts ? { largest: 1 - parts['least']! } : {} };
}
