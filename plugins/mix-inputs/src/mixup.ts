import { defineMixer, type ViewBatch, mixBlend, pairSources } from '@viewforge/core';
import { z } from 'zod';
import { forViews, viewOptions, whereDrawn } from './chosen-views.ts';
import { drawPartners, partnersOption } from './draw-partners.ts';
import { alphaOption, drawWeights, foldOption, lawOptions, sharingOption } from './draw-weights.ts';
import { mixRows } from './mix-rows.ts';

/** Who is mixed with whom, and how much of each item itself is kept: one weight for all, or one each. */
export type PairDraw = {
  readonly weights: readonly number[];
  readonly partners: readonly number[];
};

/**
 * Blends each item of a batch [n, ...item] with another one: w x_i + (1 - w) x_p, images, rows of a table or anything else of one
 * shape. The blend says so, and every pairing makes soft targets of it. A batch of one stays as it is.
 */
export const mixup = defineMixer({
  name: 'mixup',
  summary: 'Blend each item with another one of the batch.',
  reference: 'https://arxiv.org/abs/1710.09412',
  mixes: 'batch',
  options: z.object({
    ...lawOptions,
    alpha: alphaOption(1),
    sharing: sharingOption('batch'),
    fold: foldOption,
    partners: partnersOption('permutation'),
    ...viewOptions(),
  }),
  draw: forViews((batch, { partners, ...law }, random): PairDraw => {
    const n = batch.values.shape[0]!;
    return { weights: drawWeights(law, n, random), partners: drawPartners(partners, n, random) };
  }),
  apply: whereDrawn(mixPairs),
});

/** A batch with its items mixed in pairs, values and blend alike. */
export function mixPairs(batch: ViewBatch, { partners, weights }: PairDraw): ViewBatch {
  return {
    ...batch,
    values: mixRows(batch.values, partners, weights),
    blend: mixBlend(batch.blend, pairSources(partners, weights)),
  };
}
