import { choice, flag } from '@viewforge/core';
import { z } from 'zod';
import { defineContrastLoss } from './define-contrast-loss.ts';
import { entropyRule } from './row-entropy.ts';
import { temperatureOption } from './temperature.ts';

/**
 * Supervised contrast (SupCon): every row of a class is told from all other rows. With the log-softmax over what a query sees, 'outside' takes the mean
 * of it over the positives, 'inside' the logarithm of the mean of the softmax; the mean is by target weight, and the value is multiplied by
 * temperature / baseTemperature. Parts, edges and errors are those of `infoNce`.
 *
 * A query alone in its class has no positive. It is left out of the mean, as in all losses here; the code published with the paper counts it with 0,
 * which lets the value shrink with the number of rare classes: say `skipEmpty: false` for that (`perQuery` is empty then, and shards cannot be combined).
 */
export const supCon = defineContrastLoss({
  name: 'sup-con',
  summary: 'Tell rows of a class from all other rows (supervised contrast).',
  reference: 'https://arxiv.org/abs/2004.11362',
  options: z.object({
    temperature: temperatureOption(0.07, 'Cosines are divided by it.'),
    baseTemperature: temperatureOption(0.07, 'The value is multiplied by temperature / baseTemperature.'),
    positives: choice(['outside', 'inside'], {
      default: 'outside',
      doc: 'Mean over positives of the logarithm, which the paper found better, or logarithm of the mean.',
    }),
    skipEmpty: flag({ default: true, doc: 'Leave queries without a positive out of the mean, or count them with the value 0.' }),
  }),
  form: ({ temperature, baseTemperature, positives, skipEmpty }) => ({
    temperature,
    similarity: 'cosine',
    factor: temperature / baseTemperature,
    countsAll: !skipEmpty,
    rule: () => entropyRule(positives === 'inside' ? 'inside' : 'each'),
    ...(skipEmpty && { entropy: positives === 'inside' ? 'inside' : 'each' }),
  }),
});
