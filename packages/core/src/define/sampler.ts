import type { Random } from '@viewforge/random';
import type { z } from 'zod';
import type { Choosable, Sampler } from '../contracts/sampler.ts';
import { type About, createFactory, type Factory } from './factory.ts';

/** In which order items are taken. */
export interface SamplerRecipe<S extends z.ZodObject> extends About<S> {
  order(of: Choosable, options: z.output<S>, random: Random): Iterable<number>;
}

/** Defines a sampler. */
export function defineSampler<S extends z.ZodObject>(recipe: SamplerRecipe<S>): Factory<'sampler', S, Sampler> {
  const { order, ...about } = recipe;
  return createFactory<'sampler', S, Sampler>('sampler', about, (options) => ({
    order: (of, random) => order(of, options, random),
  }));
}
