import { defineMixer } from '@viewforge/core';
import { z } from 'zod';
import { forViews, viewOptions, whereDrawn } from './chosen-views.ts';
import { drawPartners, partnersOption } from './draw-partners.ts';
import { alphaOption, betaLaw, drawWeights, foldOption, sharingOption } from './draw-weights.ts';
import { mixPairs, type PairDraw } from './mixup.ts';

/** Who is mixed with whom, before which stage of the encoder. */
export type StagedDraw = PairDraw & { readonly stage: number };

/**
 * Mixup of what goes into a drawn stage of the encoder: stage 0 is the input, as in mixup, and the number of stages the embedding. An
 * encoder of several stages is mixed before any of them, one without stages at its input or its embedding, each equally likely. With
 * view 0 alone, alpha 1 and a folded weight for every item it is the form of i-Mix that mixes hidden layers.
 */
export const manifoldMixup = defineMixer({
  name: 'manifold-mixup',
  summary: 'Blend items in a hidden layer of the encoder, drawn for each batch.',
  reference: 'https://arxiv.org/abs/1806.05236',
  mixes: 'batch',
  options: z.object({
    alpha: alphaOption(2),
    stages: z
      .array(z.int().min(0))
      .readonly()
      .default([])
      .describe('Stages to choose from, the number of stages being the embedding; when empty, all that the encoder has.')
      .meta({ unit: 'none' }),
    sharing: sharingOption('batch'),
    fold: foldOption,
    partners: partnersOption('permutation'),
    ...viewOptions(),
  }),
  draw: forViews(({ values }, { stages, partners, alpha, sharing, fold }, random, context): StagedDraw => {
    const count = context.stages ?? 1;
    const known = count === 1 ? [0, 1] : Array.from({ length: count }, (_, stage) => stage);
    const eligible = stages.length > 0 ? stages : known;
    const stage = eligible[random.integer(0, eligible.length)]!;
    const n = values.shape[0]!;
    return {
      stage,
      weights: drawWeights(betaLaw(alpha, { sharing, fold }), n, random),
      partners: drawPartners(partners, n, random),
    };
  }),
  apply: whereDrawn((batch, drawn: StagedDraw) => mixPairs(batch, drawn)),
  stageOf: (params: StagedDraw | null) => params?.stage ?? 0,
});
