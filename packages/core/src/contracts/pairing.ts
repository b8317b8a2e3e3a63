import type { Features } from '@viewforge/tensor';
import type { Batches } from './domains.ts';
import type { EncodedViews } from './encoder.ts';
import type { Part } from './part.ts';
import type { BatchGradients } from './gradients.ts';
import type { Progress } from './transform.ts';

/** What a pairing gives for one batch. */
export interface Paired<S = unknown, B extends keyof Batches = 'contrast'> {
  readonly batch: Batches[B];
  /** The state for the next batch. */
  readonly state: S;
  /**
   * Gradients of every view's features, by role and index, from those of the batch; zero where none flows. Of a pairing that compares another
   * output of the encoder, those of that output, [n, ...] flattened.
   */
  pullback(gradients: BatchGradients): Readonly<Record<string, readonly Features[]>>;
}

/** Decides who is compared with whom. State (a queue, prototypes) goes in and comes out, is plain data, nothing is kept. */
export interface Pairing<S = unknown, B extends keyof Batches = 'contrast'> extends Part {
  readonly kind: 'pairing';
  readonly makes: B;
  start(): S;
  pair(encoded: EncodedViews, state: S, progress: Progress): Paired<S, B>;
}
