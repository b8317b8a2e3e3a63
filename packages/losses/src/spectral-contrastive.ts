import { defineContrastLoss } from './define-contrast-loss.ts';
import type { RowRule } from './row-rule.ts';

/**
 * Minus twice the inner product with the positive plus the mean square of those with the negatives: the loss whose minimum is the
 * spectral embedding of the graph of augmentations. Over inner products of rows as given, not normalized; unbounded below in their length, but for
 * the negatives. Of several positives the weighted mean is taken; a query without negatives keeps its first term. Parts other than
 * `entropy` and `scaleGradient`, edges and errors are those of `infoNce`; the pairing is `in-batch` or `both-ways`.
 */
export const spectralContrastive = defineContrastLoss({
  name: 'spectral-contrastive',
  summary: 'Pull inner products with positives up and squared ones with negatives down (spectral contrast).',
  reference: 'https://arxiv.org/abs/2106.04156',
  form: () => ({ temperature: 1, similarity: 'dot', rule: () => spectralRule }),
});

const spectralRule: RowRule = (row, { positives: { columns, weights, logits }, negatives: { count } }) => {
  let squares = 0;
  for (let j = 0; j < row.length; j++) {
    const product = row[j]!;
    const isSeen = product !== Number.NEGATIVE_INFINITY;
    if (isSeen) squares += product * product;
    row[j] = isSeen ? (2 * product) / count : 0;
  }
  let value = count === 0 ? 0 : squares / count;
  for (const [p, column] of columns.entries()) {
    value -= 2 * weights[p]! * logits[p]!;
    row[column] = -2 * weights[p]!;
  }
  return { value };
};
