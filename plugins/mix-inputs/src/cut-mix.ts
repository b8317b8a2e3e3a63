import { defineMixer, type ViewBatch, mixBlend, pairSources } from '@viewforge/core';
import { z } from 'zod';
import { cutRegion, drawCenter, pasteRegion, planesOf, type Region, shareOutside } from './boxes.ts';
import { forViews, viewOptions, whereDrawn } from './chosen-views.ts';
import { drawPartners, partnersOption } from './draw-partners.ts';
import { alphaOption, betaLaw, drawWeight } from './draw-weights.ts';

/** Who pastes over whom, and where. */
export type RegionDraw = {
  readonly partners: readonly number[];
  readonly region: Region;
};

/**
 * Pastes one region of another item over the same region of each item [..., h, w]; one region a batch. An item's weight in the blend
 * is the share of its pixels that is left, after the region was cut off at the border. Items of fewer than two axes are refused (SHAPE).
 */
export const cutMix = defineMixer({
  name: 'cut-mix',
  summary: 'Paste a rectangle of another item over each item of the batch.',
  reference: 'https://arxiv.org/abs/1905.04899',
  mixes: 'batch',
  options: z.object({ alpha: alphaOption(1), partners: partnersOption('permutation'), ...viewOptions() }),
  draw: forViews(({ values }, { alpha, partners: kind }, random): RegionDraw => {
    const size = planesOf(values, 'cut-mix');
    const weight = drawWeight(betaLaw(alpha), random);
    const partners = drawPartners(kind, values.shape[0]!, random);
    return { partners, region: cutRegion(weight, drawCenter(size, random), size) };
  }),
  apply: whereDrawn(mixRegion),
});

/** A batch with one region of every item replaced by its partner's, values and blend alike. */
export function mixRegion(batch: ViewBatch, { partners, region }: RegionDraw): ViewBatch {
  const weight = shareOutside(region, planesOf(batch.values, 'mixRegion'));
  return {
    ...batch,
    values: pasteRegion(batch.values, partners, region),
    blend: mixBlend(batch.blend, pairSources(partners, [weight])),
  };
}
