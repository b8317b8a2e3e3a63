import { defineAugmenter, number, ViewforgeError } from '@viewforge/core';
import { copy, type Features } from '@viewforge/tensor';
import { z } from 'zod';

/** Weights below this become 0. */
const smallestWeight = 1e-12;

/** What each of d coordinates is multiplied by. */
export interface HeadWeights {
  /** [d]; kappa^-j, or 0 where that is below 1e-12. */
  readonly weights: Float64Array;
  /** How many coordinates, the last ones, got 0. */
  readonly flushed: number;
}

/**
 * A head without weights to learn: coordinate j of each row [n, d] is multiplied by kappa^-j. Train behind it and use what comes before it;
 * one number says how unequally coordinates count. Gradients are multiplied by the same weights. `headWeights` tells how many are 0.
 */
export const reweightingHead = defineAugmenter({
  name: 'reweighting-head',
  summary: 'Weigh features down by their place, in place of a projection head.',
  reference: 'https://arxiv.org/abs/2403.11391',
  accepts: 'features',
  returns: 'features',
  options: z.object({
    kappa: number({
      default: 1.1,
      min: 1,
      max: 1e6,
      unit: 'none',
      doc: 'How much more each coordinate counts than the next one; 1 changes nothing.',
    }),
  }),
  draw: (_shape, { kappa }) => ({ kappa }),
  apply: weigh,
  pullback: (_features, drawn, gradient) => weigh(gradient, drawn),
});

/** The weights of d coordinates, and how many of them were too small to count. Throws ViewforgeError (OPTION) unless kappa >= 1. */
export function headWeights(d: number, kappa: number): HeadWeights {
  if (!(kappa >= 1)) throw new ViewforgeError('OPTION', 'head-weights', `expected a kappa >= 1, got ${kappa}`);
  const weights = Float64Array.from({ length: d }, (_, j) => kappa ** -j).map((weight) => (weight < smallestWeight ? 0 : weight));
  return { weights, flushed: weights.filter((weight) => weight === 0).length };
}

function weigh(features: Features, { kappa }: { readonly kappa: number }): Features {
  const result = copy(features);
  const d = features.shape[1]!;
  const { weights } = headWeights(d, kappa);
  for (let e = 0; e < result.data.length; e++) result.data[e] = result.data[e]! * weights[e % d]!;
  return result;
}
