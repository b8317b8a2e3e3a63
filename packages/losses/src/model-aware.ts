import { number } from '@viewforge/core';
import { z } from 'zod';
import type { Comparison } from './comparison.ts';
import { defineContrastLoss } from './define-contrast-loss.ts';
import { entropyRule } from './row-entropy.ts';
import { type RowRule, scaleBy } from './row-rule.ts';
import { temperatureOption } from './temperature.ts';

/**
 * NT-Xent whose temperature follows the model and whose queries are weighted by how well they do (MACL). With the alignment A, the mean cosine
 * of positives in the batch, the temperature is `temperature` (1 + alpha (A - reference)), at least a hundredth of `temperature`; each cross entropy,
 * -ln P of the share P that the positives of a query have together in its softmax, is divided by 1 - P + 1e-8, which keeps gradients from vanishing where P is near 1.
 * No gradient flows through the temperature and these weights. Without negatives a query is worth 0.
 *
 * Parts are those of `infoNce` but `scaleGradient`, and `temperature`, the one in use; `entropy` is by it. A term depends on the whole batch: `perQuery`
 * is empty, and shards cannot be combined. The pairing is `both-ways`.
 */
export const modelAware = defineContrastLoss({
  name: 'model-aware',
  summary: 'NT-Xent with a temperature that follows the alignment of the batch, and weighted queries (MACL).',
  reference: 'https://arxiv.org/abs/2207.07874',
  options: z.object({
    temperature: temperatureOption(0.1, 'Cosines are divided by it where the alignment is the reference.'),
    alpha: number({ default: 0.5, min: 0, max: 1, unit: 'none', doc: 'How much the temperature changes with the alignment.' }),
    reference: number({
      default: 0,
      min: -1,
      max: 1,
      unit: 'cosine',
      doc: 'The alignment at which the temperature is as given (A_0).',
    }),
  }),
  form: ({ temperature, alpha, reference }) => ({
    temperature,
    similarity: 'cosine',
    isCoupled: true,
    rule: (comparison) => {
      const share = Math.max(0.01, 1 + alpha * (alignmentOf(comparison) - reference));
      return weightedEntropy(comparison.queries.n, 1 / share, temperature * share);
    },
  }),
});

/** The mean cosine of positives, by weight of query; 0 where nothing counts. */
function alignmentOf({ weights, positives, similarity }: Comparison): number {
  let [sum, total] = [0, 0];
  weights.forEach((weight, query) => {
    if (!(weight > 0)) return;
    const { columns, weights: shares } = positives(query);
    total += weight;
    for (const [p, column] of columns.entries()) sum += weight * shares[p]! * similarity(query, column);
  });
  return total === 0 ? 0 : sum / total;
}

/** Cross entropy of logits that are first multiplied by `scale`, divided by what the softmax leaves to negatives when a query is first seen. */
function weightedEntropy(n: number, scale: number, temperature: number): RowRule {
  const entropy = entropyRule('sum');
  const remembered = new Float64Array(n).fill(Number.NaN);
  return (row, { query, positives, negatives }) => {
    scaleBy(row, scale);
    const { columns, logits, largest } = positives;
    const { value, parts } = entropy(row, {
      query,
      positives: { ...positives, logits: logits.map((logit) => scale * logit), largest: scale * largest },
      negatives: { ...negatives, largest: scale * negatives.largest, sum: scale * negatives.sum },
    });
    if (Number.isNaN(remembered[query]!)) {
      // slopes of a cross entropy add up to 0, and those of negatives are their shares in the softmax
      const missed = columns.reduce((sum, column) => sum - row[column]!, 0);
      remembered[query] = 1 / (missed + 1e-8);
    }
    scaleBy(row, remembered[query]! * scale);
    return { value: remembered[query]! * value, parts: { entropy: parts!['entropy']!, temperature } };
  };
}
