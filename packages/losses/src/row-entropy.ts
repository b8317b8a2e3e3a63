import type { Positives } from './positives.ts';

/** How several positives of one query count: each for itself, or all together. */
export type Together = 'each' | 'sum';

/** What the loss says of one query. */
export interface RowEntropy {
  /** Nats. */
  readonly value: number;
  /** Weighted mean of the positives' logits. */
  readonly positive: number;
  readonly negatives: NegativeSide;
  /** Entropy of the softmax over all columns, nats. */
  readonly entropy: number;
}

/** What the negatives of one query say together. */
export interface NegativeSide {
  readonly count: number;
  /** Sum of their logits. */
  readonly sum: number;
  /** How many come before the best positive, ties included. */
  readonly ahead: number;
  /** Logarithm of the sum of their exponentials; -Infinity where there is none. */
  readonly lse: number;
  /** Mean of their logits under their own softmax; 0 where there is none. */
  readonly expected: number;
}

/**
 * The cross entropy of one query from its logits `row`, where -Infinity marks columns that it must not see.
 * In place: `row` becomes the derivative of the value with respect to each logit, 0 for columns not seen.
 *
 * With P and N the log-sum-exp over positives and negatives it is ln(1 + e^(N - P)) for the positives together, which
 * keeps its digits near 0; 'each' adds the mean of P - l over the positives, which is 0 for a single one.
 */
export function rowEntropy(row: Float64Array, { columns, weights }: Positives, together: Together): RowEntropy {
  const logits = columns.map((column) => row[column]!);
  const best = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
  const exponentials = logits.map((logit) => Math.exp(logit - best));
  const total = exponentials.reduce((sum, each) => sum + each, 0);
  const lsePositive = best + Math.log(total);

  for (const column of columns) row[column] = Number.NEGATIVE_INFINITY;
  const negatives = negativeSide(row, best);
  const gap = negatives.lse - lsePositive;
  const missed = 1 / (1 + Math.exp(-gap)); // the share of all negatives in the softmax
  const surprise = softplus(gap);
  scaleBy(row, missed);

  let value = surprise;
  let positive = 0;
  let expected = missed * negatives.expected;
  for (let p = 0; p < columns.length; p++) {
    const share = exponentials[p]! / total;
    const target = together === 'each' ? weights[p]! : share;
    if (together === 'each') value += target * (lsePositive - logits[p]!);
    positive += weights[p]! * logits[p]!;
    expected += (1 - missed) * share * logits[p]!;
    row[columns[p]!] = share - target - share * missed;
  }
  return { value, positive, negatives, entropy: Math.max(0, lsePositive + surprise - expected) };
}

/** In place: `row` becomes the softmax over its logits; -Infinity stays out, with share 0. */
function negativeSide(row: Float64Array, best: number): NegativeSide {
  let largest = Number.NEGATIVE_INFINITY;
  let [count, sum, ahead] = [0, 0, 0];
  // nearer than rounding can tell is a tie
  const tie = best - 1e-12 * Math.max(1, Math.abs(best));
  for (let j = 0; j < row.length; j++) {
    const logit = row[j]!;
    if (logit === Number.NEGATIVE_INFINITY) continue;
    count++;
    sum += logit;
    if (logit >= tie) ahead++;
    if (logit > largest) largest = logit;
  }
  if (count === 0) {
    row.fill(0);
    return { count, sum, ahead, lse: Number.NEGATIVE_INFINITY, expected: 0 };
  }
  let total = 0;
  let weighted = 0;
  for (let j = 0; j < row.length; j++) {
    const logit = row[j]!;
    const exponential = Math.exp(logit - largest);
    total += exponential;
    if (exponential > 0) weighted += exponential * logit;
    row[j] = exponential;
  }
  scaleBy(row, 1 / total);
  return { count, sum, ahead, lse: largest + Math.log(total), expected: weighted / total };
}

/** ln(1 + e^x), without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

function scaleBy(row: Float64Array, factor: number): void {
  for (let j = 0; j < row.length; j++) row[j] = row[j]! * factor;
}
