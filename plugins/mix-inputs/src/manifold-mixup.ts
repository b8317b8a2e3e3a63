import { defineMixer } from '@viewforge/core';
import { z } from 'zod';
import { forViews, viewOptions, whereDrawn } from './chosen-views.ts';
import { drawPartners, partnersOption } from './draw-partners.ts';
import { alphaOption, betaLaw, drawWeights } from './draw-weights.ts';
import { mixPairs, type PairDraw } from './mixup.ts';

/** Who is mixed with whom, before which stage of the encoder. */
export type StagedDraw = PairDraw & { readonly stage: number };

/**
 * Mixup of what goes into a drawn stage of the encoder: stage 0 is the input, as in mixup, and the number of stages the embedding. An
 * encoder of several stages is mixed before any of them, one without stages at its input or its embedding, each equally likely.
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
    partners: partnersOption('permutation'),
    ...viewOptions(),
  }),
  draw: forViews(({ values }, { alpha, stages, partners }, random, context): StagedDraw => {
    const count = context.stages ?? 1;
    const known = count === 1 ? [0, 1] : Array.from({ length: count }, (_, stage) => stage);
    const eligible = stages.length > 0 ? stages : known;
    const stage = eligible[random.integer(0, eligible.length)]!;
    const n = values.shape[0]!;
    return { stage, weights: drawWeights(betaLaw(alpha), n, random), partners: drawPartners(partners, n, random) };
  }),
  apply: whereDrawn((batch, drawn: StagedDraw) => mixPairs(batch, drawn)),
  stageOf: (params: StagedDraw | null) => params?.stage ?? 0,
});
