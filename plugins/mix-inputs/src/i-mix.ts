import { choice, defineMixer } from '@viewforge/core';
import { z } from 'zod';
import { cutRegion, drawCenter, planesOf } from './boxes.ts';
import { forViews, viewOptions, whereDrawn } from './chosen-views.ts';
import { mixRegion, type RegionDraw } from './cut-mix.ts';
import { drawPartners, partnersOption } from './draw-partners.ts';
import { alphaOption, betaLaw, drawWeight, drawWeights } from './draw-weights.ts';
import { mixPairs, type PairDraw } from './mixup.ts';

/**
 * Mixes the queries of contrastive learning and leaves the keys clean, each item being a class of its own: the loss then is
 * w l(i) + (1 - w) l(p) for the keys of the item and of its partner. Weights are folded, so that a query belongs mostly to its own item:
 * one each for mixup, one shared for a pasted region (items [..., h, w]).
 */
export const iMix = defineMixer({
  name: 'i-mix',
  summary: 'Mix the queries of a batch and keep its keys clean.',
  reference: 'https://arxiv.org/abs/2010.08887',
  mixes: 'batch',
  options: z.object({
    by: choice(['mixup', 'region'], { default: 'mixup', doc: 'Blend whole items, or paste a region as CutMix does.' }),
    alpha: alphaOption(1),
    partners: partnersOption('permutation'),
    ...viewOptions([0]),
  }),
  draw: forViews(({ values }, { by, alpha, partners: kind }, random): PairDraw | RegionDraw => {
    const n = values.shape[0]!;
    const partners = drawPartners(kind, n, random);
    if (by === 'mixup') return { partners, weights: drawWeights(betaLaw(alpha, { sharing: 'sample', fold: true }), n, random) };
    const size = planesOf(values, 'i-mix');
    const weight = drawWeight(betaLaw(alpha, { fold: true }), random);
    return { partners, region: cutRegion(weight, drawCenter(size, random), size) };
  }),
  apply: whereDrawn((batch, drawn: PairDraw | RegionDraw) =>
    'region' in drawn ? mixRegion(batch, drawn) : mixPairs(batch, drawn),
  ),
});
