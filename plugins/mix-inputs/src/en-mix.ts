import { defineMixer } from '@viewforge/core';
import { z } from 'zod';
import { forViews, viewOptions, whereDrawn } from './chosen-views.ts';
import { drawPartners, partnersOption } from './draw-partners.ts';
import { alphaOption, betaLaw, drawWeights, sharingOption } from './draw-weights.ts';
import { mixPairs, type PairDraw } from './mixup.ts';

/**
 * Mixup of augmented items, for continual learning on a batch of new items and replayed ones: w A(x_i) + (1 - w) A'(x_j). A and A' are
 * independent draws of one recipe, because every item of a batch of views was augmented by draws of its own; nobody meets itself where there
 * is someone else.
 */
export const enMix = defineMixer({
  name: 'en-mix',
  summary: 'Blend augmented items of a stream and its memory.',
  reference: 'https://arxiv.org/abs/2303.07864',
  mixes: 'batch',
  options: z.object({
    alpha: alphaOption(1),
    sharing: sharingOption('batch'),
    partners: partnersOption('no-fixed'),
    ...viewOptions(),
  }),
  draw: forViews(({ values }, { alpha, sharing, partners }, random): PairDraw => {
    const n = values.shape[0]!;
    return { weights: drawWeights(betaLaw(alpha, { sharing }), n, random), partners: drawPartners(partners, n, random) };
  }),
  apply: whereDrawn(mixPairs),
});
