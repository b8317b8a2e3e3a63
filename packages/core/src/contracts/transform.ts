import type { Random } from '@viewforge/random';
import type { Domain, Domains } from './domains.ts';
import type { Json } from './json.ts';
import type { BatchGradients } from './gradients.ts';
import type { MixerGraph } from './graph.ts';
import type { Part } from './part.ts';
import type { Running } from './source.ts';

/** Where a run is between two steps that every item shares; the same for any batch size. */
export interface EpochProgress {
  /** Whole, from 0. */
  readonly epoch: number;
  /** Share of the run's epochs that lie behind, in [0, 1). */
  readonly fraction: number;
}

/** What a draw may know besides the shape: where the run is, and which view of which item this is. */
export interface DrawContext extends EpochProgress {
  /** Class of the item; left out where the source has no classes. */
  readonly label?: number;
  /** Index of the view in its role, whole, from 0; 0 when left out. */
  readonly index?: number;
}

/** Where a run is, for warm-ups and schedules of what happens once a batch. */
export interface Progress extends EpochProgress {
  /** Batches since the start of the run, whole, from 0. */
  readonly step: number;
}

/** What a mixer's draw may know besides the batch: where the run is, which view the batch holds, and who will encode it. */
export interface MixContext extends Progress {
  /** Role and index of the view that a mixer of inputs gets; left out for mixers of embeddings. */
  readonly role?: string;
  readonly index?: number;
  /** Number of stages of the encoder, 1 where it has no parts; left out for mixers of embeddings. */
  readonly stages?: number;
}

/** How an augmenter is worked off in one go with its neighbors in a sequence, with the bits of one after the other. */
export interface Fusion<P extends Json = Json> {
  /** Works off steps in their order. Neighbors with the same function, as they stand in the sequence, run together. */
  run(input: never, steps: readonly never[]): unknown;
  /** What these params ask for, as steps of `run`; none where they leave the input as it is. */
  steps(params: P): readonly unknown[];
}

/**
 * Changes one item, knowing nothing of the others. `draw` is random, needs only the shape, and says what it drew;
 * `apply` repeats it and cannot be random. So all views of an item are drawn before a byte is decoded.
 */
export interface Augmenter<I extends Domain = Domain, O extends Domain = Domain, P extends Json = Json> extends Part {
  readonly kind: 'augmenter';
  readonly accepts: I;
  readonly returns: O;
  /** Params for an item of this shape, to be stored as JSON. */
  draw(shape: readonly number[], random: Random, context: DrawContext): P;
  /** Shape after `apply` with these params. */
  reshape(shape: readonly number[], params: P): readonly number[];
  /** The altered item; the input is left as it was. */
  apply(input: Domains[I], params: P): Domains[O];
  /** The gradient of the input from that of the result, of augmenters of features; what the part holds constant is in its comment. */
  pullback?(input: Domains[I], params: P, gradient: Domains[O]): Domains[I];
  readonly fusion?: Fusion<P>;
}

/** What a mixer can combine. */
export type MixedDomain = 'batch' | 'contrast';

/** Combines items of one batch: inputs ('batch') or embeddings ('contrast'). Bulk draws are params of a seed and counts. */
export interface Mixer<D extends MixedDomain = MixedDomain, P extends Json = Json> extends Part {
  readonly kind: 'mixer';
  readonly mixes: D;
  draw(batch: Domains[D], random: Random, context: MixContext): P;
  apply(batch: Domains[D], params: P): Domains[D];
  /**
   * Where in the encoder a mixer of inputs with these params is applied: at the input of stage `stageOf`, to what the stage before it
   * gave; 0, also where this is left out, is the view itself, and the number of stages the embedding.
   */
  stageOf?(params: P): number;
  /** Gradients of the batch that came in from those of the batch that went out. */
  pullback?(batch: Domains[D], params: P, gradients: BatchGradients): BatchGradients;
  /** The same computation as a model for ONNX Runtime, of mixers of embeddings; it agrees with `apply` within 1e-5. */
  readonly graph?: MixerGraph<P>;
}

/** A mixer of embeddings that is applied elsewhere, such as by a session of ONNX Runtime that is open already. */
export interface RunningMixer {
  readonly mixer: Mixer<'contrast'>;
  apply(batch: Domains['contrast'], params: Json, running: Running): Promise<Domains['contrast']>;
}
