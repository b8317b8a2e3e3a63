import type { z } from 'zod';
import type { VectorIndex } from '../contracts/vectors.ts';
import { type About, createFactory, type Factory } from './factory.ts';

/** How rows are made searchable. */
export interface IndexRecipe<S extends z.ZodObject> extends About<S> {
  readonly isExact: boolean;
  /** The functions of the index for these options; nothing is loaded before `build` or `load`. */
  make(options: z.output<S>): Pick<VectorIndex, 'build' | 'load'>;
}

/** Defines an index of vectors. */
export function defineIndex<S extends z.ZodObject>(recipe: IndexRecipe<S>): Factory<'index', S, VectorIndex> {
  const { make, isExact, ...about } = recipe;
  return createFactory<'index', S, VectorIndex>('index', about, (options) => ({ isExact, ...make(options) }));
}
