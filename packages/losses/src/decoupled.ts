import { z } from 'zod';
import { decoupledRule } from './decoupled-rule.ts';
import { defineContrastLoss } from './define-contrast-loss.ts';
import { temperatureOption } from './temperature.ts';

/**
 * NT-Xent without the positive among what it is told from (DCL): the log-sum-exp over the negatives of a query minus the
 * logit of its positive, the weighted mean where it has several. A positive that is already near pushes as hard as any other, so that small batches
 * learn as large ones do. Unbounded below: -2 / temperature + ln(negatives) where everything is as it should be. A query without negatives is worth 0,
 * with gradients of 0. Parts other than `entropy` and `scaleGradient`, edges and errors are those of `infoNce`; the pairing is `both-ways`.
 */
export const decoupled = defineContrastLoss({
  name: 'decoupled',
  summary: 'Tell views of an item from all others, with the positive taken out of the denominator (DCL).',
  reference: 'https://arxiv.org/abs/2110.06848',
  options: z.object({ temperature: temperatureOption(0.1, 'Cosines are divided by it; 0.1 in the paper for ImageNet.') }),
  form: ({ temperature }) => ({ temperature, similarity: 'cosine', rule: () => decoupledRule() }),
});
