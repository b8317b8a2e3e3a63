import type { Features, Integers, Tensor } from '@viewforge/tensor';
import type { Part } from './part.ts';
import type { Running } from './source.ts';
import type { DrawnView } from './views.ts';
import type { Weights } from './domains.ts';

/** Element type and shape of a model's input or output; a name or null stands for a free dimension. */
export interface TensorSpec {
  readonly type: string;
  readonly shape: readonly (number | string | null)[];
}

/** What an encoder takes by name: numbers, or whole numbers such as token ids. */
export type EncoderInputs = Readonly<Record<string, Tensor | Integers>>;

/** What an encoder is told of the rows it is given. */
export interface Encoding extends Running {
  /** Role and index of the view that they are; encoders with several sets of weights choose by it. */
  readonly role?: string;
  readonly index?: number;
  /**
   * [n]; a name for each row: rows of one name are the same numbers, for all time and in every run. Left out where rows are mixed or
   * nobody knows. Encoders may keep what they gave by these names.
   */
  readonly rows?: readonly string[];
}

/** Turns views into embeddings. */
export interface Encoder extends Part {
  readonly kind: 'encoder';
  /** Loads the model and says what it takes and gives; the same promise for every call. */
  open(running: Running): Promise<EncoderFacts>;
  /**
   * An image encoder takes `image` [n, c, h, w], one of text `tokens` [n, t] and `mask` [n, t]; the pooled output is `features` [n, d],
   * further ones have the names they were asked for by. Opens on first use.
   */
  encode(inputs: EncoderInputs, running: Encoding): Promise<Readonly<Record<string, Tensor>>>;
  /**
   * The parts whose chain is this encoder, where it is made of several: each takes as `image` the `features` of the one before it, which may be
   * maps [n, ...] but for those of the last.
   * They are opened and closed with the whole. Mixers of hidden states work between them.
   */
  readonly stages?: readonly Encoder[];
  /**
   * Whether the same input may give something else after a step, as with weights that follow a training. A run then encodes no step before
   * the one before it is done; otherwise it encodes one step ahead. False when left out.
   */
  readonly changes?: boolean;
  /** Frees the model; calling it twice is fine. */
  close(): Promise<void>;
}

/** What an opened encoder takes, gives and runs on. */
export interface EncoderFacts {
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  readonly outputs: Readonly<Record<string, TensorSpec>>;
  /** Width d of `features`. */
  readonly width: number;
  /** Where it runs ("cpu", "cuda", "webgpu", or "none" for plain code), and why the ones asked for earlier were passed over. */
  readonly provider: string;
  readonly passedOver: readonly { readonly provider: string; readonly reason: string }[];
  /**
   * A digest of everything that decides what is given for an input, but for the rounding of sums in another order: the model's bytes,
   * options, versions. Left out where nobody knows, or where it changes.
   */
  readonly digest?: string;
}

/** One view of every item, encoded. */
export interface EncodedView {
  /** [n, d] */
  readonly features: Features;
  /** [n, n]; how much of item j is in view i. */
  readonly blend: Weights;
  /** Further outputs of the encoder by name, [n, ...] each; left out where it has none, and where a mixer changed the rows behind them. */
  readonly outputs?: Readonly<Record<string, Tensor>>;
}

/** Embeddings by role: `views.global[0]` is view 0 of role "global" for every item. */
export interface EncodedViews {
  readonly items: readonly { readonly id: string; readonly label?: number }[];
  readonly views: Readonly<Record<string, readonly EncodedView[]>>;
  /** What was drawn for each item, when the run has it. */
  readonly drawn?: readonly (readonly DrawnView[])[];
}
