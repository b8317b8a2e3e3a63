import { choice, number } from '@viewforge/core';
import { z } from 'zod';
import { defineContrastLoss } from './define-contrast-loss.ts';
import { entropyRule } from './row-entropy.ts';

/**
 * The loss of SimCLR, for the batch that the pairing `both-ways` makes: every view of every item is a query, all other
 * views are its keys. It is `infoNce` over cosines: the mean of l(i, j) over the positive pairs of the paper, weighted by the soft targets
 * where inputs were mixed. With the positives as a sum, more than two views give -ln(sum over the other views of the item / sum over
 * everything else), and soft targets count as positives in full. Parts, gradients, edges and errors are those of `infoNce`. The published code adds the means of both halves of the batch, which is twice this value.
 */
export const ntXent = defineContrastLoss({
  name: 'nt-xent',
  summary: 'Tell the other views of an item from all other views (normalized temperature-scaled cross entropy).',
  reference: 'https://arxiv.org/abs/2002.05709',
  version: 3, // 2: each positive by itself unless told otherwise; 3: large batches of float32 are compared in float32
  options: z.object({
    temperature: number({
      default: 0.1,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'Cosines are divided by it; 0.1 for ImageNet and 0.5 for CIFAR-10 in the paper.',
    }),
    positives: choice(['each', 'apart', 'sum'], {
      default: 'each',
      doc: 'With several positives or soft targets: cross entropy against them, the same with each among the negatives alone, or -ln of the share that all of them have together.',
    }),
  }),
  form: ({ temperature, positives }) => ({
    temperature,
    similarity: 'cosine',
    rule: () => entropyRule(positives),
    entropy: positives,
  }),
});
