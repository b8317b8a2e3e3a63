import { defineMixer, integer, type Sources } from '@viewforge/core';
import { dirichlet, permutation, type Random } from '@viewforge/random';
import { z } from 'zod';
import { forViews, viewOptions, whereDrawn } from './chosen-views.ts';
import { alphaOption, betaLaw, drawWeight } from './draw-weights.ts';
import { mixSources } from './mix-rows.ts';

/** For each item the rows it is blended from, with their weights, itself first. */
export type SumDraw = { readonly sources: readonly Sources[] };

/**
 * Blends some others into each item as mere noise: the blend, and so the label, stays that of the item. With one other the item's weight is
 * max(w, 1 - w), w from Beta(alpha, alpha); with several, 0.5 plus half of its part of Dirichlet(1, ...) weights, the others the halves of theirs.
 */
export const inputMix = defineMixer({
  name: 'input-mix',
  summary: 'Blend other items into each item and keep its label.',
  reference: 'https://arxiv.org/abs/2010.08887',
  mixes: 'batch',
  options: z.object({
    count: integer({ default: 1, min: 1, max: 64, unit: 'items', doc: 'How many others are blended in.' }),
    alpha: alphaOption(1),
    ...viewOptions(),
  }),
  draw: forViews((batch, { count, alpha }, random): SumDraw => {
    const n = batch.values.shape[0]!;
    const others = Array.from({ length: count }, () => permutation(random, n));
    const sources = Array.from({ length: n }, (_, i) => {
      const weights = drawShares(count, alpha, random);
      return [i, ...others.map((order) => order[i]!)].map((row, k) => [row, weights[k]!] as const);
    });
    return { sources };
  }),
  apply: whereDrawn((batch, { sources }: SumDraw) => ({ ...batch, values: mixSources(batch.values, sources) })),
});

/** The weight of an item, at least 0.5, and those of `count` others; all sum to 1. */
function drawShares(count: number, alpha: number, random: Random): number[] {
  if (count > 1) return dirichlet(random, Array(count + 1).fill(1)).map((part, k) => part / 2 + (k === 0 ? 0.5 : 0));
  const own = drawWeight(betaLaw(alpha, { fold: true }), random);
  return [own, 1 - own];
}
