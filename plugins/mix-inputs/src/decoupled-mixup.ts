import { choice, defineMixer, number, type ViewBatch, mixBlend, pairSources } from '@viewforge/core';
import { z } from 'zod';
import { forViews, viewOptions, whereDrawn } from './chosen-views.ts';
import { drawPartners, partnersOption } from './draw-partners.ts';
import { alphaOption, betaLaw, drawWeight } from './draw-weights.ts';
import { mixRows } from './mix-rows.ts';
import type { PairDraw } from './mixup.ts';

/** Who is mixed with whom; the weight of items and the weight of their labels. */
export type DecoupledDraw = PairDraw & { readonly labelWeights: readonly number[] };

/**
 * Mixup whose weight of the labels may differ from that of the items, and that may end before the run does: from `stopAt` on batches stay
 * as they are, while draws go on, so that nothing else of a run changes. The paper finds mixup useful early on and with either weight.
 */
export const decoupledMixup = defineMixer({
  name: 'decoupled-mixup',
  summary: 'Blend items and labels by weights of their own, up to a point of the run.',
  reference: 'https://arxiv.org/abs/2303.08433',
  mixes: 'batch',
  options: z.object({
    alpha: alphaOption(1),
    labelLaw: choice(['same', 'beta'], {
      default: 'same',
      doc: "The weight of an item's label is that of the item, or drawn apart from Beta(labelAlpha, labelAlpha).",
    }),
    labelAlpha: alphaOption(1, 'labelAlpha'),
    stopAt: number({
      default: 1,
      min: 0,
      max: 1,
      unit: 'share of epochs',
      doc: 'Epochs from this share on are not mixed; 1: all are.',
    }),
    partners: partnersOption('permutation'),
    ...viewOptions(),
  }),
  draw: forViews(
    ({ values }, { alpha, labelLaw, labelAlpha, stopAt, partners: kind }, random, { fraction }): DecoupledDraw | null => {
      const weight = drawWeight(betaLaw(alpha), random);
      const drawn = drawWeight(betaLaw(labelAlpha), random);
      const partners = drawPartners(kind, values.shape[0]!, random);
      if (stopAt < 1 && fraction >= stopAt) return null;
      return { weights: [weight], labelWeights: [labelLaw === 'same' ? weight : drawn], partners };
    },
  ),
  apply: whereDrawn(mixDecoupled),
});

/** A batch with its items mixed in pairs, values and blend by weights of their own. */
export function mixDecoupled(batch: ViewBatch, { partners, weights, labelWeights }: DecoupledDraw): ViewBatch {
  return {
    ...batch,
    values: mixRows(batch.values, partners, weights),
    blend: mixBlend(batch.blend, pairSources(partners, labelWeights)),
  };
}
