import type { Batches } from './domains.ts';
import type { BatchGradients } from './gradients.ts';
import type { LossGraph } from './graph.ts';
import type { Part } from './part.ts';
import type { Running } from './source.ts';

/** What a loss found. */
export interface LossReport {
  readonly value: number;
  /**
   * [n]; `value` is their mean, by `queryWeights` where there are some, over queries that have a positive (NaN marks the others);
   * empty where a loss is no such mean.
   */
  readonly perQuery: Float64Array;
  /** Named terms and diagnostics. */
  readonly parts: Readonly<Record<string, number>>;
}

/** What a loss found, and how it changes with what it was given. */
export interface LossGradients extends LossReport {
  readonly gradients: BatchGradients;
}

/** A loss that is measured elsewhere, such as by a session of ONNX Runtime that is open already. */
export interface RunningLoss<B extends keyof Batches = 'contrast'> {
  readonly loss: Loss<B>;
  measure(batch: Batches[B], running: Running): Promise<LossReport>;
}

/** A number to make small. */
export interface Loss<B extends keyof Batches = 'contrast'> extends Part {
  readonly kind: 'loss';
  readonly measures: B;
  measure(batch: Batches[B]): LossReport;
  differentiate(batch: Batches[B]): LossGradients;
  /**
   * For losses that hold constant what depends on the rows they measure, such as weights by a softmax over the batch: measures
   * `batch` with these constants as they are at `at`. What `differentiate` gives is the derivative of this, at `batch` = `at`;
   * of a loss without it, that of `measure`.
   */
  measureHeld?(batch: Batches[B], at: Batches[B]): LossReport;
  /** The same as a model for ONNX Runtime, in float32. */
  readonly graph?: LossGraph<Batches[B]>;
}
