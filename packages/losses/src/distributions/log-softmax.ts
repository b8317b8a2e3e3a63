import { ViewforgeError } from '@viewforge/core';
import { type Features, type Tensor, values } from '@viewforge/tensor';

/** How scores become a distribution. */
export interface SoftmaxOptions {
  /** Above 0; scores are divided by it. */
  readonly temperature: number;
  /** [k]; taken off the scores. */
  readonly center?: Tensor | undefined;
  /** Name of the loss and of the scores, for errors. */
  readonly where: string;
  readonly name: string;
}

/**
 * In place: `logs` [k] becomes the logarithms of softmax((scores - center) / temperature) of one row, in nats; -Infinity where a share
 * is too small for a number. The largest score is taken off first, so that nothing overflows.
 * Throws ViewforgeError (NOT_FINITE) where a score, or the center, is no finite number.
 */
export function logSoftmax(
  scores: Features,
  row: number,
  { temperature, center, where, name }: SoftmaxOptions,
  logs: Float64Array,
): void {
  const k = logs.length;
  const given = values(scores);
  const off = center && values(center);
  let largest = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < k; j++) {
    const score = given[row * k + j]! - (off ? off[j]! : 0);
    if (!Number.isFinite(score)) {
      throw new ViewforgeError('NOT_FINITE', where, `expected finite scores, got ${score} in row ${row}, column ${j} of ${name}`);
    }
    logs[j] = score;
    largest = Math.max(largest, score);
  }
  let sum = 0;
  for (let j = 0; j < k; j++) {
    logs[j] = (logs[j]! - largest) / temperature;
    sum += Math.exp(logs[j]!);
  }
  const total = Math.log(sum);
  for (let j = 0; j < k; j++) logs[j] = logs[j]! - total;
}
