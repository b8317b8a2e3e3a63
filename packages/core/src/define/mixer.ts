import type { Random } from '@viewforge/random';
import type { z } from 'zod';
import type { Domains } from '../contracts/domains.ts';
import type { Json } from '../contracts/json.ts';
import type { BatchGradients } from '../contracts/gradients.ts';
import type { MixerGraph } from '../contracts/graph.ts';
import type { MixContext, MixedDomain, Mixer } from '../contracts/transform.ts';
import { type About, createFactory, type Factory } from './factory.ts';

/** How to draw and apply one way of mixing. */
export interface MixerRecipe<D extends MixedDomain, S extends z.ZodObject, P extends Json> extends About<S> {
  readonly mixes: D;
  draw(batch: Domains[D], options: z.output<S>, random: Random, context: MixContext): P;
  apply(batch: Domains[D], params: P): Domains[D];
  stageOf?(params: P): number;
  pullback?(batch: Domains[D], params: P, gradients: BatchGradients): BatchGradients;
  readonly graph?: MixerGraph<P>;
}

/** Defines a mixer of inputs ('batch') or of embeddings ('contrast'). */
export function defineMixer<D extends MixedDomain, S extends z.ZodObject, P extends Json>(
  recipe: MixerRecipe<D, S, P>,
): Factory<'mixer', S, Mixer<D, P>> {
  const { mixes, draw, apply, stageOf, pullback, graph, ...about } = recipe;
  return createFactory<'mixer', S, Mixer<D, P>>('mixer', about, (options) => ({
    mixes,
    draw: (batch, random, context) => draw(batch, options, random, context),
    apply,
    ...(stageOf && { stageOf }),
    ...(pullback && { pullback }),
    ...(graph && { graph }),
  }));
}
