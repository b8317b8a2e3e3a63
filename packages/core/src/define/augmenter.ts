import type { Random } from '@viewforge/random';
import type { z } from 'zod';
import type { Domain, Domains } from '../contracts/domains.ts';
import type { Json } from '../contracts/json.ts';
import type { Augmenter, DrawContext, Fusion } from '../contracts/transform.ts';
import { type About, createFactory, type Factory } from './factory.ts';

/** How to draw and apply one alteration. Keep `draw` above `apply`: what it returns is the type of `params`. */
export interface AugmenterRecipe<I extends Domain, O extends Domain, S extends z.ZodObject, P extends Json> extends About<S> {
  readonly accepts: I;
  readonly returns: O;
  /** Everything random, as JSON. */
  draw(shape: readonly number[], options: z.output<S>, random: Random, context: DrawContext): P;
  /** Arithmetic on the input and the params alone; leaves the input as it was. */
  apply(input: Domains[I], params: P): Domains[O];
  /** Shape after `apply`; the same shape when left out. */
  reshape?(shape: readonly number[], params: P): readonly number[];
  /** The gradient of the input from that of the result. */
  pullback?(input: Domains[I], params: P, gradient: Domains[O]): Domains[I];
  /** Lets a sequence do the work together with that of its neighbors. */
  readonly fusion?: Fusion<P>;
}

/** Defines an augmenter: a factory that takes options and gives parts. */
export function defineAugmenter<I extends Domain, O extends Domain, S extends z.ZodObject, P extends Json>(
  recipe: AugmenterRecipe<I, O, S, P>,
): Factory<'augmenter', S, Augmenter<I, O, P>> {
  const { accepts, returns, draw, apply, reshape = (shape: readonly number[]) => shape, pullback, fusion, ...about } = recipe;
  return createFactory<'augmenter', S, Augmenter<I, O, P>>('augmenter', about, (options) => ({
    accepts,
    returns,
    draw: (shape, random, context) => draw(shape, options, random, context),
    apply,
    reshape,
    ...(pullback && { pullback }),
    ...(fusion && { fusion }),
  }));
}
