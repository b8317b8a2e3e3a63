import { choice, number } from '@viewforge/core';
import { z } from 'zod';
import { defineContrastLoss } from './define-contrast-loss.ts';
import { entropyRule } from './row-entropy.ts';

/**
 * How surprising, in nats, the positives of each query are among all keys it may see and its own extras: 0 when they
 * outweigh everything, ln(k + s) when nothing can be told apart. Works on any ContrastBatch; keys in blocks, soft targets
 * (a row counts relative to its sum), exclusions, extras and weights of queries included.
 *
 * Gradients [n, d], [k_b, d] and [n, s, d] are with respect to the rows as given, before they are brought to unit length;
 * computed in float64, returned in the element type of each input. A row of length <= 1e-12 has no gradient. A query
 * without a positive has NaN in `perQuery` and is left out of the mean; where no query has one, or all weights are 0, the value is 0.
 *
 * `parts`, means by weight of query: `positive` and `negative` (mean similarity; NaN where there is none), `negatives` (how many
 * a query sees), `top1` and `top5` (share of queries with a positive before all, or all but four, negatives; a tie counts as
 * wrong), `entropy` (of the softmax over what a query sees, nats), `scaleGradient` (how the cross entropy changes with
 * ln(1 / temperature), for those who learn it). Counts: `queries` (with a positive), `zeroRows` (shorter than 1e-12; extras not counted).
 *
 * Throws ViewforgeError: OPTION for a temperature <= 0, SHAPE for parts of a batch that do not fit, NOT_FINITE for a term
 * that is no finite number, named by its query.
 */
export const infoNce = defineContrastLoss({
  name: 'info-nce',
  summary: 'Tell each query its positive keys from all others (InfoNCE).',
  reference: 'https://arxiv.org/abs/1911.05722',
  version: 2, // 2: large batches of float32 are compared in float32, parts are means by weight
  options: z.object({
    temperature: number({
      default: 0.07,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'Similarities are divided by it; 0.07 in MoCo v1, 0.2 in MoCo v2.',
    }),
    similarity: choice(['cosine', 'dot'], {
      default: 'cosine',
      doc: 'Compare directions, or take the rows as they are given.',
    }),
    positives: choice(['each', 'apart', 'sum'], {
      default: 'each',
      doc: 'Cross entropy against the soft targets, the same with each positive among the negatives alone, or -ln of the share that all positives (any target above 0) have together.',
    }),
    scale: choice(['none', 'twice-temperature'], {
      default: 'none',
      doc: 'What value and gradients are multiplied by; MoCo v3 takes twice the temperature, so that gradients stay alike at any.',
    }),
  }),
  form: ({ temperature, similarity, positives, scale }) => ({
    temperature,
    similarity,
    rule: () => entropyRule(positives),
    entropy: positives,
    factor: scale === 'none' ? 1 : 2 * temperature,
  }),
});
