import { defineMixer, flag, integer, number } from '@viewforge/core';
import type { Random } from '@viewforge/random';
import { z } from 'zod';
import { drawWeights, sharingOption, type WeightDraw } from './draw-weights.ts';
import { movePairs, openPairs, pullMovedPairs, withMovedPairs } from './extrapolate.ts';
import type { MixWeights } from './row-blends.ts';

/** Options of moving positives; `featureTransformation` has them, too. */
export const positiveOptions = {
  positiveAlpha: number({
    default: 2,
    min: 0,
    open: 'min',
    max: 1e6,
    unit: 'none',
    doc: 'Weights of positives are 1 + Beta(positiveAlpha, positiveAlpha): 1 is uniform in [1, 2], more is nearer to 1.5; the paper prefers at least 1.',
  }),
  positiveSharing: sharingOption(),
  renormalize: flag({
    default: false,
    doc: 'Bring moved queries and keys back to length 1; off in the paper. Losses of cosines do so anyway.',
  }),
  startEpoch: integer({
    default: 0,
    min: 0,
    unit: 'epochs',
    doc: 'Epoch from which rows are moved; before it they are only brought to length 1.',
  }),
};

/** What a draw of weights depends on. */
interface Drawn {
  readonly positiveAlpha: number;
  readonly positiveSharing: MixWeights['by'];
  readonly renormalize: boolean;
  readonly startEpoch: number;
}

/** What `extrapolatePositives` draws. */
export type ExtrapolationDraw = { readonly weights: WeightDraw; readonly renormalize: boolean };

/** The weights of positives; 1, which moves nothing, before the first epoch of it. */
export function drawExtrapolation(options: Drawn, random: Random, { epoch }: { readonly epoch: number }): ExtrapolationDraw {
  const { positiveAlpha, positiveSharing, renormalize, startEpoch } = options;
  if (epoch < startEpoch) return { weights: { by: 'batch', value: 1 }, renormalize };
  return { weights: drawWeights(positiveSharing, positiveAlpha, 1, random), renormalize };
}

/**
 * Moves each query and its positive key away from each other along the line through both, so that the pair becomes harder: for q and k at
 * length 1 and a weight w in [1, 2], q^ = w q + (1 - w) k and k^ = w k + (1 - w) q, with q^ . k^ = S + 2 w (1 - w) (1 - S) for S = q . k.
 * They are not brought to length 1 again, so give the loss `similarity: 'dot'`; a loss of cosines sees directions alone.
 *
 * Where a query sees nothing but its positive in the block that holds the positives, as `queue` makes it, k^ replaces that block. Elsewhere
 * (`in-batch`, `both-ways`, other keys of the batch as negatives) k^ is a block of its own behind all others, of which a query sees its
 * own row alone; keys stay clean negatives, and the clean positive is hidden from its query. Blocks that hold positives come at length 1,
 * all others as they are: rows of a queue have length 1 already. A query without a positive stays where it is. Extras stay.
 *
 * Gradients flow through both mixtures to the queries, and to keys that are not frozen; the block of k^ is never frozen, since queries are in it.
 * Throws ViewforgeError: SHAPE, or DOMAIN for a query with several positives, such as one that was mixed before.
 */
export const extrapolatePositives = defineMixer({
  name: 'extrapolate-positives',
  summary: 'Move each query and its positive key apart, along the line through both.',
  reference: 'https://arxiv.org/abs/2108.02982',
  mixes: 'contrast',
  options: z.object(positiveOptions),
  draw: (_batch, options, random, context): ExtrapolationDraw => drawExtrapolation(options, random, context),
  apply(batch, params: ExtrapolationDraw) {
    const opened = openPairs(batch, params, 'extrapolate-positives');
    const { queries, keys } = movePairs(opened, params.renormalize);
    return withMovedPairs(batch, opened, queries.rows, keys.rows);
  },
  pullback: (batch, params, gradients) => pullMovedPairs(batch, params, gradients, 'extrapolate-positives'),
});
