import type { Features, Tensor } from '@viewforge/tensor';
import type { Json } from './json.ts';

/** d(value) / d(what was given), before normalization; absent behind a stop-gradient. */
export interface BatchGradients {
  /** [n, d] */
  readonly queries?: Features;
  /** One [k_b, d] for each block, undefined where no gradient flows. */
  readonly keys?: readonly (Features | undefined)[];
  /** [n, s, d] */
  readonly extras?: Tensor;
}

/** Shapes in, ONNX bytes out; run by whoever holds a session. */
export type GraphOf = (shapes: Readonly<Record<string, readonly number[]>>, options: Json) => Uint8Array;
