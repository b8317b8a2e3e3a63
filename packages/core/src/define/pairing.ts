import type { z } from 'zod';
import type { Batches } from '../contracts/domains.ts';
import type { EncodedViews } from '../contracts/encoder.ts';
import type { Paired, Pairing } from '../contracts/pairing.ts';
import type { Progress } from '../contracts/transform.ts';
import { type About, createFactory, type Factory } from './factory.ts';

/** Who is compared with whom. */
export interface PairingRecipe<S extends z.ZodObject, State, B extends keyof Batches> extends About<S> {
  /** The batch type it makes; 'contrast' when left out. */
  readonly makes?: B;
  /** State before the first batch, plain data. */
  start(options: z.output<S>): State;
  pair(encoded: EncodedViews, state: State, options: z.output<S>, progress: Progress): Paired<State, B>;
}

/** Defines a pairing. */
export function definePairing<S extends z.ZodObject, State, B extends keyof Batches = 'contrast'>(
  recipe: PairingRecipe<S, State, B>,
): Factory<'pairing', S, Pairing<State, B>> {
  const { start, pair, makes = 'contrast' as B, ...about } = recipe;
  return createFactory<'pairing', S, Pairing<State, B>>('pairing', about, (options) => ({
    makes,
    start: () => start(options),
    pair: (encoded, state, progress) => pair(encoded, state, options, progress),
  }));
}
