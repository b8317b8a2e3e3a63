import type { Batches, Encoder, Kind, Loss, Metric, Mixer, Pairing, Sampler, Source, ViewPlan } from '@viewforge/core';

/** The parts of one run, by the name they have in a recipe. */
export interface Parts {
  readonly source: Source;
  readonly sampler: Sampler;
  readonly plan: ViewPlan;
  /** With its heads and its cache, where the recipe has some. */
  readonly encoder: Encoder;
  /** Encoders of features behind the encoder, in order. */
  readonly heads: readonly Encoder[];
  readonly pairing: Pairing<unknown, keyof Batches>;
  readonly loss: Loss<keyof Batches>;
  readonly inputMixers: readonly Mixer<'batch'>[];
  readonly mixers: readonly Mixer<'contrast'>[];
  readonly metrics: readonly Metric[];
}

/** A place in a recipe that parts go into. */
export type Slot = keyof Parts;

/** Places for exactly one part, in the order of the path of an item. */
export const singleSlots = ['source', 'sampler', 'plan', 'encoder', 'pairing', 'loss'] as const satisfies readonly Slot[];

/** Places for any number of parts. */
export const listSlots = ['heads', 'inputMixers', 'mixers', 'metrics'] as const satisfies readonly Slot[];

/** A place for exactly one part. */
export type SingleSlot = (typeof singleSlots)[number];

/** A place for any number of parts. */
export type ListSlot = (typeof listSlots)[number];

/** The kind of part that goes into each place. */
export const kindOf: { readonly [S in Slot]: Kind } = {
  source: 'source',
  sampler: 'sampler',
  plan: 'plan',
  encoder: 'encoder',
  heads: 'encoder',
  pairing: 'pairing',
  loss: 'loss',
  inputMixers: 'mixer',
  mixers: 'mixer',
  metrics: 'metric',
};
