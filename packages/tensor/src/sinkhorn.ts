import type { NdArray } from 'ndarray';
import { type Features, tensor, values } from './tensor.ts';

/** How Sinkhorn's algorithm is run. */
export interface SinkhornOptions {
  /** Above 0; scores are divided by it, so that a small one makes assignments hard. */
  readonly epsilon: number;
  /** How often columns and then rows are brought to their sums; whole, at least 1. */
  readonly iterations: number;
}

/**
 * Soft assignments [b, k], float64, of b rows to k columns from scores [b, k] (the higher, the nearer): rows sum to 1, columns tend
 * to b / k with the number of iterations. Starts from exp(score / epsilon); each iteration gives all columns one sum, then all rows.
 * Works with logarithms throughout, so that neither a small epsilon nor low scores overflow or vanish. For probabilities instead of
 * scores give their logarithms and epsilon 1; a probability of 0 (-Infinity) stays 0. One column takes everything; fewer rows than
 * columns are no special case.
 *
 * Throws RangeError for an epsilon or a number of iterations out of bounds, for a score that is NaN or Infinity, and for a row of which nothing is left
 * because its scores overflow on the way.
 */
export function sinkhorn(scores: Features, { epsilon, iterations }: SinkhornOptions): NdArray<Float64Array> {
  if (!(epsilon > 0)) throw new RangeError(`sinkhorn: expected an epsilon above 0, got ${epsilon}`);
  if (!(Number.isInteger(iterations) && iterations >= 1))
    throw new RangeError(`sinkhorn: expected a whole number of iterations >= 1, got ${iterations}`);
  const [b, k] = scores.shape as [number, number];
  const logs = Float64Array.from(values(scores));
  for (let at = 0; at < logs.length; at++) {
    logs[at] = logs[at]! / epsilon;
    if (!(logs[at]! < Number.POSITIVE_INFINITY))
      throw new RangeError(`sinkhorn: expected scores that are finite, got ${logs[at]} in row ${Math.floor(at / k)}`);
  }
  for (let iteration = 0; iteration < iterations; iteration++) {
    levelColumns(logs, b, k);
    levelRows(logs, b, k);
  }
  for (let row = 0; row < b; row++) checkRow(values(scores), logs, row * k, k);
  for (let at = 0; at < logs.length; at++) logs[at] = Math.exp(logs[at]!);
  return tensor(logs, [b, k]);
}

/** A row of nothing but zeros is the answer to one that was nothing but zeros, not to one that overflowed. */
function checkRow(scores: Float32Array | Float64Array, logs: Float64Array, from: number, k: number): void {
  const isNothing = (each: number): boolean => each === Number.NEGATIVE_INFINITY;
  const given = scores.subarray(from, from + k);
  if (!logs.subarray(from, from + k).every(isNothing) || given.every(isNothing)) return;
  throw new RangeError(`sinkhorn: expected scores that stay finite when they are divided, got an overflow in row ${from / k}`);
}

/** In place: exponentials of every column come to one sum; a column of nothing but -Infinity stays. */
function levelColumns(logs: Float64Array, b: number, k: number): void {
  const largest = new Float64Array(k).fill(Number.NEGATIVE_INFINITY);
  for (let at = 0, j = 0; at < b * k; at++, j = j + 1 === k ? 0 : j + 1) if (logs[at]! > largest[j]!) largest[j] = logs[at]!;
  const totals = new Float64Array(k);
  for (let at = 0, j = 0; at < b * k; at++, j = j + 1 === k ? 0 : j + 1) {
    // where all is -Infinity the difference is no number, and not looked at
    totals[j] = totals[j]! + Math.exp(logs[at]! - largest[j]!);
  }
  for (let j = 0; j < k; j++) totals[j] = largest[j]! > Number.NEGATIVE_INFINITY ? largest[j]! + Math.log(totals[j]!) : 0;
  for (let at = 0, j = 0; at < b * k; at++, j = j + 1 === k ? 0 : j + 1) logs[at] = logs[at]! - totals[j]!;
}

/** In place: exponentials of every row come to the sum 1; a row of nothing but -Infinity stays. */
function levelRows(logs: Float64Array, b: number, k: number): void {
  for (let i = 0; i < b; i++) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let at = i * k; at < i * k + k; at++) if (logs[at]! > largest) largest = logs[at]!;
    if (largest === Number.NEGATIVE_INFINITY) continue;
    let sum = 0;
    for (let at = i * k; at < i * k + k; at++) sum += Math.exp(logs[at]! - largest);
    const total = largest + Math.log(sum);
    for (let at = i * k; at < i * k + k; at++) logs[at] = logs[at]! - total;
  }
}
