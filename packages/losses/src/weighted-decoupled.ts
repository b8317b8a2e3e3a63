import { number } from '@viewforge/core';
import { z } from 'zod';
import type { Comparison } from './comparison.ts';
import { decoupledRule } from './decoupled-rule.ts';
import { defineContrastLoss } from './define-contrast-loss.ts';
import { temperatureOption } from './temperature.ts';

/**
 * The decoupled loss with its positive term weighted (DCLW): query i pulls 2 - n softmax_i(s_i / sigma) times as hard, where s_i is the
 * mean cosine to its positives; pairs that are near pull less than pairs that are far. The weights have mean 1 over the queries
 * with a positive (by `queryWeights`), lie below 2, and no gradient flows through them. A term depends on the whole batch:
 * `perQuery` is empty, and shards cannot be combined. Everything else is as in `decoupled`.
 */
export const weightedDecoupled = defineContrastLoss({
  name: 'weighted-decoupled',
  summary: 'The decoupled loss that pulls harder where views of an item are far apart (DCLW).',
  reference: 'https://arxiv.org/abs/2110.06848',
  options: z.object({
    temperature: temperatureOption(0.1, 'Cosines are divided by it.'),
    sigma: number({
      default: 0.5,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'Cosines of positives are divided by it in the weights: the larger, the more alike they are.',
    }),
  }),
  form: ({ temperature, sigma }) => ({
    temperature,
    similarity: 'cosine',
    isCoupled: true,
    rule: (comparison) => {
      const weights = pulls(comparison, sigma);
      return decoupledRule((query) => weights[query]!);
    },
  }),
});

/** e^this is a number by which others can still be multiplied. */
const mostExponent = 300;

/** 2 - W e^(s_i / sigma) / sum of w_j e^(s_j / sigma), with weights w of queries and their sum W. */
function pulls(comparison: Comparison, sigma: number): Float64Array {
  const { weights, weight, positives } = comparison;
  const logits = weights.map((own, query) => {
    if (Number.isNaN(own)) return Number.NEGATIVE_INFINITY;
    const { columns, weights: shares } = positives(query);
    return columns.reduce((sum, column, p) => sum + shares[p]! * comparison.similarity(query, column), 0) / sigma;
  });
  // a query that does not count has its weight too, by those that do
  const largest = logits.reduce((most, logit, i) => (weights[i]! > 0 ? Math.max(most, logit) : most), Number.NEGATIVE_INFINITY);
  if (largest === Number.NEGATIVE_INFINITY) return weights.map(() => 1);
  const total = logits.reduce((sum, logit, i) => (weights[i]! > 0 ? sum + weights[i]! * Math.exp(logit - largest) : sum), 0);
  // one that does not count may be far beyond those that do: what it is weighed by then has no meaning, but is a number
  return logits.map((logit) => 2 - (weight * Math.exp(Math.min(logit - largest, mostExponent))) / total);
}
