import type { z } from 'zod';
import type { Batches } from '../contracts/domains.ts';
import type { LossGraph } from '../contracts/graph.ts';
import type { Loss, LossGradients, LossReport } from '../contracts/loss.ts';
import { type About, createFactory, type Factory } from './factory.ts';

/** A formula and its derivative. */
export interface LossRecipe<S extends z.ZodObject, B extends keyof Batches> extends About<S> {
  /** The batch type it measures; 'contrast' when left out. */
  readonly measures?: B;
  measure(batch: Batches[B], options: z.output<S>): LossReport;
  differentiate(batch: Batches[B], options: z.output<S>): LossGradients;
  measureHeld?(batch: Batches[B], at: Batches[B], options: z.output<S>): LossReport;
  /** The model of a loss with these options; undefined where it has none. */
  graph?(options: z.output<S>): LossGraph<Batches[B]> | undefined;
}

/** Defines a loss. */
export function defineLoss<S extends z.ZodObject, B extends keyof Batches = 'contrast'>(
  recipe: LossRecipe<S, B>,
): Factory<'loss', S, Loss<B>> {
  const { measure, differentiate, measureHeld, graph, measures = 'contrast' as B, ...about } = recipe;
  return createFactory<'loss', S, Loss<B>>('loss', about, (options) => {
    const model = graph?.(options);
    return {
      measures,
      measure: (batch) => measure(batch, options),
      differentiate: (batch) => differentiate(batch, options),
      ...(measureHeld && { measureHeld: (batch: Batches[B], at: Batches[B]) => measureHeld(batch, at, options) }),
      ...(model && { graph: model }),
    };
  });
}
