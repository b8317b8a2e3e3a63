import { number } from '@viewforge/core';
import { z } from 'zod';
import { defineContrastLoss } from './define-contrast-loss.ts';
import { reweightedRule, reweightingOptions } from './reweighted-rule.ts';

/**
 * The debiased loss with harder negatives weighing more (HCL): each negative counts e^(concentration * logit) relative to the mean of that over
 * the negatives of its query, and gradients flow through these weights. A concentration of 0 is `debiased`; with a prior of 0 as well it is
 * `infoNce` with positives 'apart'. Everything else is as in `debiased`.
 */
export const hardWeighted = defineContrastLoss({
  name: 'hard-weighted',
  summary: 'The debiased loss in which negatives near the query weigh more (HCL).',
  reference: 'https://arxiv.org/abs/2010.04592',
  options: z.object({
    ...reweightingOptions,
    concentration: number({
      default: 1,
      min: 0,
      unit: 'none',
      doc: 'How much more near negatives weigh (beta); 0.5 to 2 in the paper, 0 for all alike.',
    }),
  }),
  form: ({ temperature, prior, concentration }) => ({
    temperature,
    similarity: 'cosine',
    rule: () => reweightedRule({ temperature, prior, concentration }),
  }),
});
