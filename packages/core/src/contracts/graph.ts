import type { Features } from '@viewforge/tensor';
import type { ContrastBatch } from './domains.ts';
import type { Json } from './json.ts';
import type { LossGradients } from './loss.ts';

/** Numbers of one input or output of a model, row-major. */
export interface GraphArray {
  readonly type: 'float32' | 'int32' | 'int64';
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | BigInt64Array;
}

/** Arrays by the name of a model's input or output. */
export type GraphArrays = Readonly<Record<string, GraphArray>>;

/** A loss as a model for ONNX Runtime; a part with a graph knows nothing of sessions, and whoever holds one runs it. */
export interface LossGraph<T> {
  /** How a batch is worked off; undefined for a batch that the model cannot take. */
  plan(batch: T): GraphPlan | undefined;
}

/** A batch on its way through a model: run for every part in order, give what comes out to `take`, then ask for the report. */
export interface GraphPlan {
  /** Names the model: plans of one name have the same. */
  readonly model: string;
  /** The model file. */
  bytes(): Uint8Array;
  /** The outputs that `take` needs. */
  readonly outputs: readonly string[];
  /** How many runs it takes. */
  readonly parts: number;
  /** Inputs of one run, on buffers of their own that may be handed over. */
  feeds(part: number): GraphArrays;
  take(part: number, outputs: GraphArrays): void;
  /** What `differentiate` would say, in float32; undefined where that holds something that is no finite number. */
  report(): LossGradients | undefined;
}

/**
 * Blocks [k_b, d] below each other as one float32 input [k, d]. A block is never written again once it was fed, so whoever runs the
 * model may keep what it stacked and bring only blocks that are new to it.
 */
export interface StackedRows {
  readonly blocks: readonly Features[];
}

/** Feeds by the name of a model's input. */
export type GraphFeeds = Readonly<Record<string, GraphArray | StackedRows>>;

/** A mixer of embeddings as a model for ONNX Runtime; it knows nothing of sessions, and whoever holds one runs it. */
export interface MixerGraph<P extends Json = Json> {
  /** How a batch is mixed with these params; undefined for a batch that the model cannot take. */
  plan(batch: ContrastBatch, params: P): MixPlan | undefined;
}

/** A batch on its way through the model of a mixer: run it once, and give what comes out to `take`. */
export interface MixPlan {
  /** Names the model: plans of one name have the same. */
  readonly model: string;
  /** The model file. */
  bytes(): Uint8Array;
  /** The outputs that `take` needs. */
  readonly outputs: readonly string[];
  /** Arrays are on buffers of their own that may be handed over. */
  feeds(): GraphFeeds;
  /** What `apply` would give, in float32. */
  take(outputs: GraphArrays): ContrastBatch;
}
