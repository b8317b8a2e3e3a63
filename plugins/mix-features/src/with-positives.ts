import { choice, type ContrastBatch, defineLoss, number } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { z } from 'zod';
import { addPositives } from './add-positives.ts';

/**
 * InfoNCE and the term of HaLP: what `infoNce` says of the batch without its synthetic positives, plus `weight` times the mean of -q . z /
 * temperature over all of these; there is no denominator, positives do not compete with anything. See `addPositives`, which does the same for other
 * losses, for gradients, parts and errors.
 */
export const withPositives = defineLoss({
  name: 'with-positives',
  summary: 'Tell each query its positive keys from all others, and bring it close to synthetic positives (HaLP).',
  reference: 'https://arxiv.org/abs/2304.00387',
  options: z.object({
    weight: number({
      default: 1,
      min: 0,
      unit: 'none',
      doc: 'What the term is multiplied by (mu); 2 in the script of the paper.',
    }),
    temperature: number({ default: 0.07, min: 0, open: 'min', unit: 'none', doc: 'Similarities are divided by it.' }),
    similarity: choice(['cosine', 'dot'], { default: 'cosine', doc: 'Compare directions, or take the rows as they are given.' }),
  }),
  measure: (batch: ContrastBatch, options) => of(options).measure(batch),
  differentiate: (batch: ContrastBatch, options) => of(options).differentiate(batch),
  graph: (options) => of(options).graph,
});

interface Options {
  readonly weight: number;
  readonly temperature: number;
  readonly similarity: 'cosine' | 'dot';
}

function of(options: Options) {
  const { temperature, similarity } = options;
  return addPositives({ ...infoNce({ temperature, similarity }), name: 'with-positives' }, options);
}
