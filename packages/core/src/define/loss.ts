import type { z } from 'zod';
import type { Batches } from '../contracts/domains.ts';
import type { GraphOf } from '../contracts/gradients.ts';
import type { Loss, LossGradients, LossReport } from '../contracts/loss.ts';
import { type About, createFactory, type Factory } from './factory.ts';

/** A formula and its derivative. */
export interface LossRecipe<S extends z.ZodObject, B extends keyof Batches> extends About<S> {
  /** The batch type it measures; 'contrast' when left out. */
  readonly measures?: B;
  measure(batch: Batches[B], options: z.output<S>): LossReport;
  differentiate(batch: Batches[B], options: z.output<S>): LossGradients;
  readonly graph?: GraphOf;
}

/** Defines a loss. */
export function defineLoss<S extends z.ZodObject, B extends keyof Batches = 'contrast'>(
  recipe: LossRecipe<S, B>,
): Factory<'loss', S, Loss<B>> {
  const { measure, differentiate, graph, measures = 'contrast' as B, ...about } = recipe;
  return createFactory<'loss', S, Loss<B>>('loss', about, (options) => ({
    measures,
    measure: (batch) => measure(batch, options),
    differentiate: (batch) => differentiate(batch, options),
    ...(graph && { graph }),
  }));
}
