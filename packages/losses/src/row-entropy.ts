import {
  type LogitRow,
  logistic,
  type RowReport,
  type RowRule,
  type SeenPositives,
  scaleBy,
  softmax,
  softplus,
} from './row-rule.ts';

/**
 * How several positives of one query count: each for itself ('each'), each against the negatives alone ('apart'), all
 * together whatever they weigh ('sum'), or together by their weights ('inside').
 */
export type Together = 'each' | 'apart' | 'sum' | 'inside';

/**
 * The cross entropy of each query. With N and P the log-sum-exp over its negatives and positives l_p of weights w_p:
 *
 * - each: sum of w_p (ln(e^N + e^P) - l_p)
 * - apart: sum of w_p ln(1 + e^(N - l_p))
 * - sum: ln(1 + e^(N - P))
 * - inside: ln(e^N + e^P) - ln(sum of w_p e^l_p)
 *
 * All are computed around ln(1 + e^(N - P)), which keeps its digits near 0, and are the same for a single positive. Parts: `entropy` (of the
 * softmax over all that the query sees, nats), `scaleGradient` (d(value) / d ln(1 / temperature)).
 */
export function entropyRule(together: Together): RowRule {
  return (row, { positives, negatives }) => {
    const { columns, logits, largest } = positives;
    const exponentials = logits.map((logit) => Math.exp(logit - largest));
    const total = exponentials.reduce((sum, each) => sum + each, 0);
    const shares = exponentials.map((each) => each / total);
    const lsePositive = largest + Math.log(total);
    const { lse, expected } = softmax(row, negatives);
    const surprise = softplus(lse - lsePositive);
    const missed = logistic(lse - lsePositive); // the share of all negatives in the softmax
    const mean = shares.reduce((sum, share, p) => sum + share * logits[p]!, 0);
    const all = missed * expected + (1 - missed) * mean;
    const entropy = Math.max(0, lsePositive + surprise - all);
    if (together === 'apart') return apart(row, positives, lse, expected, entropy);

    const { targets, excess } = targetsOf(together, positives, shares, lsePositive);
    scaleBy(row, missed);
    let aimed = 0;
    for (let p = 0; p < columns.length; p++) {
      aimed += targets[p]! * logits[p]!;
      row[columns[p]!] = shares[p]! - targets[p]! - shares[p]! * missed;
    }
    return { value: surprise + excess, parts: { entropy, scaleGradient: all - aimed } };
  };
}

/** What the softmax is to become on the positives, and by how much the value exceeds that of the sum. */
function targetsOf(
  together: 'each' | 'sum' | 'inside',
  { weights, logits }: SeenPositives,
  shares: readonly number[],
  lse: number,
): { targets: readonly number[]; excess: number } {
  if (together === 'sum') return { targets: shares, excess: 0 };
  if (together === 'each') {
    return { targets: weights, excess: weights.reduce((sum, weight, p) => sum + weight * (lse - logits[p]!), 0) };
  }
  const weighted = shares.map((share, p) => share * weights[p]!);
  const total = weighted.reduce((sum, each) => sum + each, 0);
  return { targets: weighted.map((each) => each / total), excess: -Math.log(total) };
}

/** In place: `row` goes from the softmax over negatives to slopes. */
function apart(
  row: LogitRow,
  { columns, weights, logits }: SeenPositives,
  lse: number,
  expected: number,
  entropy: number,
): RowReport {
  let [value, missed, scaleGradient] = [0, 0, 0];
  const slopes = columns.map((_, p) => {
    const gap = lse - logits[p]!;
    const share = weights[p]! * logistic(gap);
    value += weights[p]! * softplus(gap);
    missed += share;
    if (share > 0) scaleGradient += share * (expected - logits[p]!);
    return -share;
  });
  scaleBy(row, missed);
  for (const [p, column] of columns.entries()) row[column] = slopes[p]!;
  return { value, parts: { entropy, scaleGradient } };
}
