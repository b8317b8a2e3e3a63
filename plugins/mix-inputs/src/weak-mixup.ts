import { defineMixer, number } from '@viewforge/core';
import { beta } from '@viewforge/random';
import { z } from 'zod';
import { forViews, viewOptions, whereDrawn } from './chosen-views.ts';
import { drawPartners, partnersOption } from './draw-partners.ts';
import { alphaOption } from './draw-weights.ts';
import { mixPairs, type PairDraw } from './mixup.ts';

/** Mixup that leaves every item well visible: its weight is 1 - share * Beta(alpha, alpha), in [1 - share, 1]; 0.75 or more by default. */
export const weakMixup = defineMixer({
  name: 'weak-mixup',
  summary: 'Blend a little of another item of the batch into each item.',
  reference: 'https://arxiv.org/abs/2402.11566',
  mixes: 'batch',
  options: z.object({
    share: number({ default: 0.25, min: 0, max: 1, unit: 'share', doc: 'Most that another item may contribute.' }),
    alpha: alphaOption(0.2),
    partners: partnersOption('permutation'),
    ...viewOptions(),
  }),
  draw: forViews(({ values }, { share, alpha, partners }, random): PairDraw => {
    // an alpha of 0 does not mix, as in every other law
    const weight = alpha === 0 ? 1 : 1 - share * beta(random, alpha, alpha);
    return { weights: [weight], partners: drawPartners(partners, values.shape[0]!, random) };
  }),
  apply: whereDrawn(mixPairs),
});
