import type { z } from 'zod';
import type { Encoder } from '../contracts/encoder.ts';
import { type About, createFactory, type Factory } from './factory.ts';

/** How views become embeddings. */
export interface EncoderRecipe<S extends z.ZodObject> extends About<S> {
  /** The encoder's functions for these options; nothing is loaded before `open` or the first `encode`. */
  make(options: z.output<S>): Pick<Encoder, 'open' | 'encode' | 'stages' | 'changes' | 'close'>;
}

/** Defines an encoder. */
export function defineEncoder<S extends z.ZodObject>(recipe: EncoderRecipe<S>): Factory<'encoder', S, Encoder> {
  const { make, ...about } = recipe;
  return createFactory<'encoder', S, Encoder>('encoder', about, make);
}
