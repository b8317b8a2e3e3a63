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
  /** How ONNX Runtime and its providers are set up besides; their own defaults where left out. */
  readonly tuning?: SessionTuning;
}

/** What may be chosen of ONNX Runtime and its providers; each provider takes its own and leaves the others'. */
export interface SessionTuning {
  /** How far a model is rewritten when it is loaded; 'all' when left out. */
  readonly optimization?: 'disabled' | 'basic' | 'extended' | 'layout' | 'all';
  /** Whether memory of the processor is kept between runs; true when left out. */
  readonly arena?: boolean;
  readonly cuda?: {
    /** Number of the card among those that are visible, from 0; 0 when left out. */
    readonly device?: number;
  };
  readonly webgpu?: {
    /** How much of what is asked of the card is checked; 'basic' when left out. */
    readonly validation?: 'disabled' | 'wgpuOnly' | 'basic' | 'full';
    /** Order of axes that convolutions work in; 'NCHW' when left out. */
    readonly layout?: 'NCHW' | 'NHWC';
    /** What becomes of buffers that are no longer in use; 'bucket' when left out. */
    readonly buffers?: 'disabled' | 'lazyRelease' | 'simple' | 'bucket';
  };
}

/** What a session worker is asked. */
export type Request =
  /** `held` are names of sets that were handed over before: each is fed as well. */
  | { readonly kind: 'run'; readonly feeds: Payloads; readonly outputs: readonly string[]; readonly held?: readonly string[] }
  /** Values to be kept under a name, in place of those that are there. */
  | { readonly kind: 'hold'; readonly name: string; readonly feeds: Payloads }
  | { readonly kind: 'drop'; readonly name: string }
  | { readonly kind: 'close' };

/** How many requests are to be worked off, those after them passed over; -1 for all of them. Shared by both threads. */
export type StopFlag = Int32Array<SharedArrayBuffer>;

/** What a session worker answers: one answer to its start, one to every request but the last, in order. */
export type Answer =
  | {
      readonly kind: 'opened';
      readonly provider: string;
      readonly failed: readonly PassedOver[];
      readonly inputs: Readonly<Record<string, TensorSpec>>;
      readonly outputs: Readonly<Record<string, TensorSpec>>;
    }
  | { readonly kind: 'refused'; readonly failed: readonly PassedOver[] }
  /** `feeds` are the buffers of the request, to be used again; both are empty where something was held or dropped. */
  | { readonly kind: 'result'; readonly outputs: Payloads; readonly feeds: Payloads }
  | { readonly kind: 'error'; readonly reason: string }
  /** A request that had not begun when the session was closed. */
  | { readonly kind: 'stopped' };
