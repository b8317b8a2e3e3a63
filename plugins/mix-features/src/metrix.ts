import { choice, type ContrastBatch, defineLoss, number } from '@viewforge/core';
import { z } from 'zod';
import { measureAnchors } from './metrix-anchors.ts';
import { contrastiveRule, multiSimilarityRule } from './metrix-rules.ts';

/**
 * Metric learning with labels between 0 and 1 (Metrix): what a loss says of the clean pairs of each anchor, plus `mixedWeight` times what it says of the
 * mixed rows that `metrixEmbedding` made. A pair counts y as a positive and 1 - y as a negative.
 *
 * - `contrastive`: sum of y d + (1 - y) [margin - d]+ over Euclidean distances d.
 * - `multi-similarity`: ln(1 + sum of y e^(-alpha (s - base))) / alpha + ln(1 + sum of (1 - y) e^(beta (s - base))) / beta over inner products s, with
 *   alpha `positiveScale` and beta `negativeScale`.
 *
 * Queries, keys and extras are brought to length 1, mixed rows are taken as they are given. Keys with a target above 0 have the label 1, all others and
 * extras 0, mixed rows their own. Sums go over the pairs of an anchor; the value is the mean, by `queryWeights`, over anchors with a positive, which
 * `perQuery` tells; 0 where there is none. Without mixed rows the second term is 0.
 *
 * Gradients flow to queries, keys, extras and mixed rows (`positives`), with respect to rows as given; none where a distance or the length
 * of a row is <= 1e-12. `parts`: `clean`, `mixed` (means of both terms), `positivePairs`, `negativePairs`, `mixedPairs`, `queries`.
 * Throws ViewforgeError: SHAPE, NOT_FINITE, DOMAIN for positives without labels.
 */
export const metrix = defineLoss({
  name: 'metrix',
  summary: 'Learn distances from clean pairs and from pairs that are positive in part (Metrix).',
  reference: 'https://arxiv.org/abs/2106.04990',
  options: z.object({
    form: choice(['multi-similarity', 'contrastive'], { default: 'multi-similarity', doc: 'The loss whose pairs get labels.' }),
    mixedWeight: number({
      default: 0.4,
      min: 0,
      unit: 'none',
      doc: 'What the term of mixed rows is multiplied by; 0.3 in the paper where embeddings of anchors are mixed.',
    }),
    margin: number({ default: 0.5, min: 0, unit: 'distance', doc: 'Negatives farther than this are in place (contrastive).' }),
    positiveScale: number({
      default: 18,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'How much harder positives outweigh others (multi-similarity).',
    }),
    negativeScale: number({
      default: 75,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'How much harder negatives outweigh others (multi-similarity).',
    }),
    base: number({ default: 0.77, unit: 'of the inner product', doc: 'Where a pair begins to count (multi-similarity).' }),
  }),
  measure(batch: ContrastBatch, options) {
    const { gradients: _, ...report } = measureAnchors(batch, formOf(options), options.mixedWeight, false);
    return report;
  },
  differentiate: (batch: ContrastBatch, options) => measureAnchors(batch, formOf(options), options.mixedWeight, true),
});

interface Options {
  readonly form: 'multi-similarity' | 'contrastive';
  readonly margin: number;
  readonly positiveScale: number;
  readonly negativeScale: number;
  readonly base: number;
}

function formOf({ form, margin, positiveScale, negativeScale, base }: Options) {
  return form === 'contrastive'
    ? { isDistance: true, rule: contrastiveRule(margin) }
    : { isDistance: false, rule: multiSimilarityRule({ alpha: positiveScale, beta: negativeScale, base }) };
}
