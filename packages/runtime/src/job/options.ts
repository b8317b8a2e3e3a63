import type { Parts } from '../parts.ts';

/** How far a job is. */
export interface JobProgress {
  readonly epoch: number;
  readonly epochs: number;
  /** Places in the order of all epochs that are behind, and all of them. */
  readonly done: number;
  readonly total: number;
  /** Views made since the job was begun or gone on with. */
  readonly views: number;
  /** Loss of the last batch; NaN before the first one of a session. */
  readonly loss: number;
}

/** What the main job is run with besides its recipe. */
export interface JobOptions {
  /** Folder for the results; made when it is not there. */
  readonly output: string;
  /** An aborted job rejects with the signal's reason and keeps what it has done for `resume`. */
  readonly signal?: AbortSignal;
  /** Go on with what an interrupted job left in `output`; a fresh start when there is nothing. */
  readonly resume?: boolean;
  /** Replace the results of an earlier job in `output`. */
  readonly overwrite?: boolean;
  /** Parts that take the place of those the recipe names. */
  readonly parts?: Partial<Parts>;
  /** Items shown on the contact sheet; 32 when left out, 0 for no sheet. */
  readonly sheetItems?: number;
  /** Batches between two checkpoints; 16 when left out. An interrupted job always leaves one. */
  readonly checkpointEvery?: number;
  /** Milliseconds since some fixed moment; without it the summary has no timings. */
  readonly now?: () => number;
  readonly onProgress?: (progress: JobProgress) => void;
}
