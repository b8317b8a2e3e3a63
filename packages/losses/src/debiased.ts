import { z } from 'zod';
import { defineContrastLoss } from './define-contrast-loss.ts';
import { reweightedRule, reweightingOptions } from './reweighted-rule.ts';

/**
 * NT-Xent that expects a share of its negatives, the `prior`, to be of the query's own class, and takes what they would add out of the sum
 * over negatives: R becomes max((R - prior N e+) / (1 - prior), N e^(-1 / temperature)) for N negatives and the positive's exponential e+.
 * Of several positives each is compared with the negatives alone, and the mean by target weight is taken. A prior of 0 is
 * `infoNce` with positives 'apart'. Queries without negatives are worth 0. Over cosines; parts other than `entropy` and
 * `scaleGradient`, edges and errors are those of `infoNce`; the pairing is `both-ways`.
 */
export const debiased = defineContrastLoss({
  name: 'debiased',
  summary: 'Tell views of an item from all others, corrected for others that are of the same class (debiased contrast).',
  reference: 'https://arxiv.org/abs/2007.00224',
  options: z.object(reweightingOptions),
  form: ({ temperature, prior }) => ({
    temperature,
    similarity: 'cosine',
    rule: () => reweightedRule({ temperature, prior, concentration: 0 }),
  }),
});
