import { defineLoss, number } from '@viewforge/core';
import { z } from 'zod';
import { differentiateContrast, measureContrast } from './contrast-entropy.ts';

/**
 * The loss of SimCLR, for the batch that the pairing `both-ways` makes: every view of every item is a query, all other
 * views are its keys. It is `infoNce` over cosines with the positives summed, so that with more than two views it is
 * -ln(sum over the other views of the item / sum over everything else); parts, gradients, edges and errors are those of
 * `infoNce`. The published code adds the means of both halves of the batch, which is twice this value.
 */
export const ntXent = defineLoss({
  name: 'nt-xent',
  summary: 'Tell the other views of an item from all other views (normalized temperature-scaled cross entropy).',
  reference: 'https://arxiv.org/abs/2002.05709',
  options: z.object({
    temperature: number({
      default: 0.1,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'Cosines are divided by it; 0.1 for ImageNet and 0.5 for CIFAR-10 in the paper.',
    }),
  }),
  measure: (batch, { temperature }) => measureContrast(batch, optionsAt(temperature)),
  differentiate: (batch, { temperature }) => differentiateContrast(batch, optionsAt(temperature)),
});

function optionsAt(temperature: number) {
  return { temperature, similarity: 'cosine', positives: 'sum', where: 'nt-xent' } as const;
}
