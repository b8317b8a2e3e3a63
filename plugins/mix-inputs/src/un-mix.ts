import { defineMixer, number } from '@viewforge/core';
import { z } from 'zod';
import { cutRegion, drawCenter, planesOf } from './boxes.ts';
import { forViews, viewOptions, whereDrawn } from './chosen-views.ts';
import { mixRegion, type RegionDraw } from './cut-mix.ts';
import { drawPartners } from './draw-partners.ts';
import { alphaOption, betaLaw, drawWeight } from './draw-weights.ts';
import { mixPairs, type PairDraw } from './mixup.ts';

/**
 * Mixes the queries with the batch in reversed order, blended as a whole or by a region, with one weight w for all. The paper adds two
 * losses, w L(queries, keys) + (1 - w) L(reversed queries, keys); for cross-entropy this is the loss on the targets of the blend. The middle
 * item of an odd batch meets itself.
 */
export const unMix = defineMixer({
  name: 'un-mix',
  summary: 'Mix the queries with the reversed batch, as a whole or by a region.',
  reference: 'https://arxiv.org/abs/2003.05438',
  mixes: 'batch',
  options: z.object({
    whole: number({ default: 0.5, min: 0, max: 1, unit: 'probability', doc: 'How likely items are blended as a whole.' }),
    alpha: alphaOption(1),
    ...viewOptions([0]),
  }),
  draw: forViews(({ values }, { whole, alpha }, random): PairDraw | RegionDraw => {
    const isWhole = random.chance(whole);
    const weight = drawWeight(betaLaw(alpha), random);
    const partners = drawPartners('reversed', values.shape[0]!, random);
    if (isWhole) return { partners, weights: [weight] };
    const size = planesOf(values, 'un-mix');
    return { partners, region: cutRegion(weight, drawCenter(size, random), size) };
  }),
  apply: whereDrawn((batch, drawn: PairDraw | RegionDraw) =>
    'region' in drawn ? mixRegion(batch, drawn) : mixPairs(batch, drawn),
  ),
});
