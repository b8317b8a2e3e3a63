import { type RowRule, softmax } from './row-rule.ts';

/**
 * Log-sum-exp of the negatives minus the weighted mean of the positives' logits times what `weightOf` says of the query; 0
 * without negatives. The positives are not among what they are told from, so that the value may be below 0.
 */
export function decoupledRule(weightOf: (query: number) => number = () => 1): RowRule {
  return (row, { query, positives, negatives }) => {
    const { columns, weights, logits } = positives;
    const { lse } = softmax(row, negatives);
    if (negatives.count === 0) return { value: 0 };
    const pull = weightOf(query);
    let positive = 0;
    for (const [p, column] of columns.entries()) {
      positive += weights[p]! * logits[p]!;
      row[column] = -pull * weights[p]!;
    }
    return { value: lse - pull * positive };
  };
}
