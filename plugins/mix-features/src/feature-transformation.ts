import { type ContrastBatch, defineMixer } from '@viewforge/core';
import { seedOf } from '@viewforge/random';
import { z } from 'zod';
import { movePairs, openPairs, pullMovedPairs, withMovedPairs } from './extrapolate.ts';
import { drawExtrapolation, type ExtrapolationDraw, positiveOptions } from './extrapolate-positives.ts';
import { planTransformation } from './feature-transformation-plan.ts';
import { openBlocks, pullMixedBlocks } from './interpolate.ts';
import { drawNegativeWeights, type InterpolationDraw, interpolate, negativeOptions } from './interpolate-negatives.ts';

/** What `featureTransformation` draws. */
export type TransformationDraw = { readonly positives: ExtrapolationDraw; readonly negatives: InterpolationDraw };

/**
 * Feature transformation (FT): positives as `extrapolatePositives` moves them, and negatives as `interpolateNegatives` mixes them. Neither is
 * brought to length 1 afterwards, so give the loss `similarity: 'dot'`.
 *
 * Draws in this order: the weights of positives, the weights of negatives, the order of negatives. As a model it takes batches in float32
 * whose positives are a block of their own, as `queue` makes them.
 * Throws what both of these throw.
 */
export const featureTransformation = defineMixer({
  name: 'feature-transformation',
  summary: 'Move positives apart and mix negatives with each other (FT).',
  reference: 'https://arxiv.org/abs/2108.02982',
  mixes: 'contrast',
  options: z.object({ ...positiveOptions, ...negativeOptions }),
  draw(_batch: ContrastBatch, options, random, context): TransformationDraw {
    const positives = drawExtrapolation(options, random, context);
    const weights = drawNegativeWeights(options, random, context);
    return { positives, negatives: { weights, seed: seedOf(random) } };
  },
  apply(batch, { positives, negatives }: TransformationDraw) {
    const mixed = interpolate(batch, negatives, 'feature-transformation');
    const opened = openPairs(mixed, positives, 'feature-transformation');
    const { queries, keys } = movePairs(opened, positives.renormalize);
    return withMovedPairs(mixed, opened, queries.rows, keys.rows);
  },
  pullback(batch, { positives, negatives }, gradients) {
    const blocks = openBlocks(batch, negatives, 'feature-transformation');
    // moving positives does not look at blocks without any, so that these may be the ones that came in
    const mixed = blocks.isApart ? interpolate(batch, negatives, 'feature-transformation') : batch;
    return pullMixedBlocks(batch, blocks, pullMovedPairs(mixed, positives, gradients, 'feature-transformation'));
  },
  graph: { plan: planTransformation },
});
