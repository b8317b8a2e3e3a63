import type { AnyFactory, Batches, Loss } from '@viewforge/core';
import { plugin } from '@viewforge/losses';
import { type Options, variantsOf } from './extreme-options.ts';

/** A loss of any batch type. */
export type AnyLoss = Loss<keyof Batches>;
/** Any batch. */
export type AnyBatch = Batches[keyof Batches];

/** What is special about some losses, and why. */
export const exceptions: Readonly<Record<string, Exception>> = {
  // a negative as given counts by its length as well, but rows of zeros have no gradient all the same
  angular: { stays: ({ negatives }) => (negatives === 'raw' ? ['keys', 'extras'] : []) },
  // a mean over terms above 0 jumps where one becomes 0
  'contrastive-pairs': { jumps: ({ reduction = 'nonzero' }) => reduction === 'nonzero' },
  margin: { jumps: () => true },
  triplet: { jumps: ({ reduction = 'nonzero' }) => reduction === 'nonzero' },
  // a softmax that is sure of one key leaves nothing to learn
  'list-wise-cdf': { least: 0.5 },
  // its time grows with the cube of the queries; singular values below 1e-9 of the largest count as none, which those of sure distributions nearly are
  'list-wise-wasserstein': { many: 96, accuracy: ({ similarity }) => (similarity === 'dot' ? 1e-2 : 1e-6), least: 0.5 },
};

/** What is special about a loss. */
export interface Exception {
  /** Items at a time; 4096 when left out. */
  readonly many?: number;
  /** Of slopes, as a share of their size; 1e-6 when left out. */
  readonly accuracy?: (options: Options) => number;
  /** Share of tries in which slopes tell something; 0.75 when left out. */
  readonly least?: number;
  /** Whether the value may jump where rows are special. */
  readonly jumps?: (options: Options) => boolean;
  /** Fields whose rows of zeros have no gradient although length counts. */
  readonly stays?: (options: Options) => readonly string[];
}

/** Every shipped loss, with the options that it is checked with. */
export const losses = (plugin.provides as readonly AnyFactory[]).flatMap((factory) => {
  if (factory.kind !== 'loss') return [];
  const make = factory as unknown as (options?: Options) => AnyLoss;
  const { name } = factory.about;
  return [{ name, measures: make().measures, make, variants: variantsOf(factory), about: exceptions[name] ?? {} }];
});
