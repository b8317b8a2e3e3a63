import { type ContrastBatch, defineMixer, integer, number } from '@viewforge/core';
import { type Random, seedOf } from '@viewforge/random';
import { unitRows } from '@viewforge/tensor';
import { z } from 'zod';
import { layoutOf } from './batch-layout.ts';
import { drawWeights, sharingOption, type WeightDraw } from './draw-weights.ts';
import { type Interpolation, openBlocks, pullMixedBlocks, withMixedBlocks } from './interpolate.ts';
import { interpolateRows } from './interpolate-rows.ts';
import type { MixWeights } from './row-blends.ts';
import { pullUnitBlocks } from './unit-blocks.ts';

/** Options of mixing negatives; `featureTransformation` has them, too. */
export const negativeOptions = {
  negativeAlpha: number({
    default: 1.6,
    min: 0,
    max: 1e6,
    unit: 'none',
    doc: 'Weights of negatives are Beta(negativeAlpha, negativeAlpha): 1 is uniform, more is nearer to 0.5; 0 does not mix.',
  }),
  negativeSharing: sharingOption(),
};

interface Drawn {
  readonly negativeAlpha: number;
  readonly negativeSharing: MixWeights['by'];
  readonly startEpoch: number;
}

/** What `interpolateNegatives` draws. */
export type InterpolationDraw = { readonly weights: WeightDraw; readonly seed: number };

/** The weights of negatives; 1, which mixes nothing, before the first epoch of it. */
export function drawNegativeWeights(options: Drawn, random: Random, { epoch }: { readonly epoch: number }): WeightDraw {
  const { negativeAlpha, negativeSharing, startEpoch } = options;
  return epoch < startEpoch ? { by: 'batch', value: 1 } : drawWeights(negativeSharing, negativeAlpha, 0, random);
}

/**
 * Mixes negatives with each other, so that they are more diverse: w n + (1 - w) n' for every row n of a queue and its partner n' in a
 * random order of all rows, both at length 1. They are not brought to length 1 again, so give the loss `similarity: 'dot'`.
 *
 * Blocks that hold no positive of any query are mixed, all of them together; the result lies in one new array, blocks of the same sizes at
 * the same columns, and what came in is not written to. Queries and blocks that hold positives come at length 1, nothing else happens to
 * them: negatives among the other keys of the batch stay clean. Where every block holds positives (`in-batch`, `both-ways`) all keys
 * are mixed into blocks behind them, which are the negatives then; of the clean ones a query sees its positives alone. A query that
 * must not see a row sees no mixture with it, and none with its positives. For a queue of 65 536 rows of 128 numbers in float32 it takes
 * 33 MB for the result and some 50 ms by a kernel.
 *
 * Gradients flow to queries, and to keys that are not frozen; a queue is.
 * Throws ViewforgeError: SHAPE, or DOMAIN for queries that see chosen columns only, as miners leave them.
 */
export const interpolateNegatives = defineMixer({
  name: 'interpolate-negatives',
  summary: 'Mix the negatives of a queue with each other.',
  reference: 'https://arxiv.org/abs/2108.02982',
  mixes: 'contrast',
  options: z.object({
    ...negativeOptions,
    startEpoch: integer({
      default: 0,
      min: 0,
      unit: 'epochs',
      doc: 'Epoch from which rows are mixed; before it queries and keys are only brought to length 1.',
    }),
  }),
  draw: (_batch, options, random, context): InterpolationDraw => ({
    weights: drawNegativeWeights(options, random, context),
    seed: seedOf(random),
  }),
  apply(batch, params: InterpolationDraw) {
    const { holdsPositives } = layoutOf(batch, 'interpolate-negatives');
    const keys = batch.keys.map((block, b) => (holdsPositives[b] ? unitRows(block).rows : block));
    return interpolate({ ...batch, queries: unitRows(batch.queries).rows, keys }, params, 'interpolate-negatives');
  },
  pullback(batch, params, gradients) {
    const opened = openBlocks(batch, params, 'interpolate-negatives');
    return pullMixedBlocks(batch, opened, pullUnitBlocks(batch, opened.holdsPositives, gradients));
  },
});

/** The batch with mixed negatives, everything else as it was. */
export function interpolate(batch: ContrastBatch, params: Interpolation, where: string): ContrastBatch {
  const opened = openBlocks(batch, params, where);
  if (opened.isIdle) return batch;
  const blocks = opened.mixed.map((b) => batch.keys[b]!);
  return withMixedBlocks(batch, opened, interpolateRows(blocks, opened.order, opened.weights));
}
