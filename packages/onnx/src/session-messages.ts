import type { GraphArray, GraphArrays, TensorSpec } from '@viewforge/core';

/** Numbers that cross to a session and back, on a buffer of their own that is handed over, not copied. */
export type Payload = GraphArray;

/** Values by the name of a model's input or output. */
export type Payloads = GraphArrays;

/** A provider that was asked for and not taken, and why. */
export interface PassedOver {
  readonly provider: string;
  readonly reason: string;
}

/** What a session worker is told when it starts. */
export interface SessionSetup {
  /** Path of a model file, or its bytes; bytes cannot refer to other files. */
  readonly model: string | Uint8Array;
  /** Tried in order until the model loads on one. */
  readonly providers: readonly string[];
  /** Threads inside an operator. */
  readonly threads: number;
  /** Whether those threads wait by spinning, which is faster and keeps the cores busy. */
  readonly spinning: boolean;
}

/** What a session worker is asked. */
export type Request =
  | { readonly kind: 'run'; readonly feeds: Payloads; readonly outputs: readonly string[] }
  | { readonly kind: 'close' };

/** What a session worker answers: one answer to its start, one to every run, in order. */
export type Answer =
  | {
      readonly kind: 'opened';
      readonly provider: string;
      readonly failed: readonly PassedOver[];
      readonly inputs: Readonly<Record<string, TensorSpec>>;
      readonly outputs: Readonly<Record<string, TensorSpec>>;
    }
  | { readonly kind: 'refused'; readonly failed: readonly PassedOver[] }
  /** `feeds` are the buffers of the request, to be used again. */
  | { readonly kind: 'result'; readonly outputs: Payloads; readonly feeds: Payloads }
  | { readonly kind: 'error'; readonly reason: string };
