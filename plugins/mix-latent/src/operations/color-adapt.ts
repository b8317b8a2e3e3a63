import { defineMixer, type ViewBatch } from '@viewforge/core';
import { choose } from '@viewforge/random';
import { z } from 'zod';
import { exchangeMoments, type MomentExchange, pullExchanged } from './exchange-moments.ts';
import { type MapPlace, mapPlace, mapShape, stageOptions } from './stage-options.ts';

/** Whose moments each row gets, its own index where it stays; and where in the encoder. */
export type ColorDraw = MapPlace & { readonly partners: readonly number[] };

/**
 * Gives half of the rows of token embeddings [n, c, h, w], chosen at random, the mean and the unbiased deviation over positions that each
 * channel has in row n - 1 - i, which changes colors and keeps shapes and labels. A deviation below 1e-6 counts as 1e-6 where it is divided
 * by. Gradients flow to both rows, through their moments as well.
 */
export const colorAdapt = defineMixer({
  name: 'color-adapt',
  summary: 'Give half of a batch of token embeddings the channel statistics of others.',
  reference: 'https://arxiv.org/abs/2312.10105',
  mixes: 'batch',
  options: z.object({ ...stageOptions, stage: stageOptions.stage.default(0) }),
  draw: ({ values }, place, random, context): ColorDraw => {
    const n = values.shape[0]!;
    const chosen = new Set(choose(random, n, Math.floor(n / 2)));
    return {
      partners: Array.from({ length: n }, (_, i) => (chosen.has(i) ? n - 1 - i : i)),
      ...mapPlace(values, place, context, 'color-adapt'),
    };
  },
  apply: (batch, drawn: ColorDraw) => ({
    ...batch,
    values: exchangeMoments(batch.values, shapeOf(batch, drawn), exchangeOf(drawn)),
  }),
  stageOf: ({ stage }: ColorDraw) => stage,
  pullback: (batch, drawn, gradients) => ({
    ...gradients,
    ...(gradients.values && {
      values: pullExchanged(batch.values, shapeOf(batch, drawn), exchangeOf(drawn), gradients.values),
    }),
  }),
});

function shapeOf({ values }: ViewBatch, { channels }: ColorDraw) {
  return mapShape(values, channels ?? undefined, 'color-adapt');
}

function exchangeOf({ partners }: ColorDraw): MomentExchange {
  return { partners, moments: 'channel', groups: 1, epsilon: 0, smallest: 1e-6 };
}
