import type {
  Batches,
  ContrastBatch,
  DrawnView,
  EncodedViews,
  Encoder,
  ErrorCode,
  Loss,
  LossReport,
  Mixer,
  Pairing,
  RunningLoss,
  RunningMixer,
  Sampler,
  Source,
  TraceMix,
  ViewBatch,
  ViewPlan,
} from '@viewforge/core';

/** What to do with an item that cannot be opened, decoded or altered; FILE_WRITE, of a cache that is full, ends every run. */
export interface BadItemPolicy {
  /**
   * fail: the run rejects with the item's error. skip: the batch goes on without the item. replace: another item takes its
   * place, drawn by the seed. quarantine: as skip, and the item is not read again.
   */
  readonly policy: 'fail' | 'skip' | 'replace' | 'quarantine';
  /**
   * Largest share of the collection that may be bad, [0, 1], each item counted once however often it is read; beyond it the run
   * rejects with ITEM_BUDGET. 1 when left out.
   */
  readonly budget?: number;
}

/** What every run of views needs: hops 1 to 4. */
export interface ViewsOptions {
  readonly source: Source;
  /** Items in the order of the source when left out. */
  readonly sampler?: Sampler;
  readonly plan: ViewPlan;
  /** Decides every draw; any finite number or text. */
  readonly seed: number | string;
  /** Passes over the source; 1 when left out. */
  readonly epochs?: number;
  /** Items of one batch; 32 when left out. The last batch of an epoch may be smaller. Changes no view. */
  readonly batchSize?: number;
  /**
   * Worker threads that make views; 0, the default, makes them on this thread. 'auto' takes one for each core once there are
   * enough views to make up for starting them (512). Changes no view.
   */
  readonly workers?: number | 'auto';
  /**
   * Whether the memory of a step's views is used again as soon as the next step is asked for: no copy is made, and memory stays
   * where it was after the first steps. Copy what must live longer. False when left out: every step has arrays of its own.
   */
  readonly reuse?: boolean;
  readonly badItems?: BadItemPolicy;
  readonly signal?: AbortSignal;
  /** Go on after this checkpoint instead of starting anew. */
  readonly resume?: Checkpoint;
}

/** What a whole run needs: hops 1 to 8. */
export interface RunOptions extends ViewsOptions {
  readonly encoder: Encoder;
  /** Makes what the loss measures. */
  readonly pairing: Pairing<unknown, keyof Batches>;
  /** Or one that is measured elsewhere: a `lossSession` of @viewforge/onnx; who opened it closes it. */
  readonly loss: Loss<keyof Batches> | RunningLoss<keyof Batches>;
  /** Mixers of views before encoding, in order. */
  readonly inputMixers?: readonly Mixer<'batch'>[];
  /**
   * Mixers of embeddings before the loss, in order; for a pairing that makes ContrastBatches. Or such that are applied elsewhere: a
   * `mixerSession` of @viewforge/onnx; who opened it closes it.
   */
  readonly mixers?: readonly (Mixer<'contrast'> | RunningMixer)[];
  /** Shown every ContrastBatch on its way from the pairing to the loss; for monitors. It must not change what it sees. */
  readonly watch?: (seen: WatchedBatch) => void;
}

/** A ContrastBatch between two hops. */
export interface WatchedBatch {
  readonly step: number;
  readonly epoch: number;
  /** How many mixers it went through: 0 as the pairing made it. */
  readonly place: number;
  /** The name of the pairing or mixer that it comes from. */
  readonly from: string;
  readonly batch: ContrastBatch;
}

/** An item that could not be used, and why. */
export interface BadItem {
  readonly id: string;
  readonly epoch: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly outcome: 'skipped' | 'replaced' | 'quarantined';
}

/** How many items were read and what became of them: read = used + skipped + replaced + quarantined. */
export interface Counts {
  readonly read: number;
  readonly used: number;
  readonly skipped: number;
  readonly replaced: number;
  readonly quarantined: number;
  /** Views made. */
  readonly views: number;
}

/** Where a run stands after a step; structured-cloneable, and plain JSON as long as the pairing's state is. */
export interface Checkpoint {
  readonly seed: number | string;
  /** Epoch and position (in items) at which the next batch starts. */
  readonly epoch: number;
  readonly position: number;
  /** Batches done. */
  readonly step: number;
  readonly counts: Counts;
  /** Ids of the items that could not be used, each once. */
  readonly bad: readonly string[];
  /** The pairing's state; null for a run of views. */
  readonly state: unknown;
}

/** Who makes the views. */
export interface Threads {
  /** Worker threads in use; 0 when views are made on the calling thread. */
  readonly workers: number;
  /** Why fewer workers are used than asked for. */
  readonly note?: string;
}

/** One batch of views: hops 1 to 4. */
export interface ViewStep {
  /** Batches before this one in the whole run. */
  readonly step: number;
  readonly epoch: number;
  readonly items: readonly { readonly id: string; readonly label?: number }[];
  /** [n] lists of what was drawn, in the order of the plan. */
  readonly drawn: readonly (readonly DrawnView[])[];
  /** By role and index: [n, ...item]. */
  readonly views: Readonly<Record<string, readonly ViewBatch[]>>;
  /**
   * By role and index: [n] names of the views, by what was read, how and what was drawn. Views of one name have the same elements, in every
   * run; undefined where that is not known of every item.
   */
  readonly rows: Readonly<Record<string, readonly (readonly string[] | undefined)[]>>;
  /** Items of this batch that could not be used. */
  readonly bad: readonly BadItem[];
  readonly counts: Counts;
  readonly threads: Threads;
  readonly checkpoint: Checkpoint;
}

/** One batch from item to loss: hops 1 to 8. */
export interface RunStep extends ViewStep {
  readonly encoded: EncodedViews;
  readonly loss: LossReport;
  readonly mixes: readonly TraceMix[];
}
