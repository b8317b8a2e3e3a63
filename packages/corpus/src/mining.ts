import type { VectorIndex, Vectors } from '@viewforge/core';
import type { ScoreMargin } from '@viewforge/miners';

/** What to mine. Rows are compared by cosine, in float32; no row that holds NaN or an infinity is found or finds anything. */
export interface Mining extends MiningChoices {
  /** The rows that are searched. */
  readonly vectors: Vectors;
  /** The rows that search; when left out, all rows of `vectors`, none of which finds itself. */
  readonly queries?: Vectors;
  /** Where results go: a new or empty folder, or with `resume` that of a mining that was interrupted. */
  readonly folder: string;
  /** How near rows are found; when left out, by comparing with every row. Another index is asked for `reach` rows, and an exact one for more where few are left. */
  readonly index?: VectorIndex;
  /** Goes on where an interrupted mining of the same rows and choices ended. */
  readonly resume?: boolean;
  /** Threads that compare, whole, >= 1; when left out 2, and none but this one for few rows. They change no byte of the results. */
  readonly threads?: number;
  /** Bytes that the rows of a block of queries and what is found for them may take; 256 MiB when left out. */
  readonly memory?: number;
  /** Called when queries are done with. */
  onProgress?(done: number, total: number): void;
}

/** What is looked for, and what is not. Everything about rows is in the order of the rows. */
export interface MiningChoices {
  /** The most negatives of a query, whole, >= 1. */
  readonly count: number;
  /** Class of each row: rows of one class are no negatives of each other, but positives. A negative number is no class. */
  readonly labels?: Int32Array;
  /** The same for queries that are rows of their own. */
  readonly queryLabels?: Int32Array;
  /**
   * What each row was made from, such as a video: rows of one group are no negatives of each other; positives they are where there are no labels,
   * and where there are, positives come from other groups. A negative number is no group.
   */
  readonly groups?: Int32Array;
  /** The same for queries that are rows of their own. */
  readonly queryGroups?: Int32Array;
  /** The positive row of each query, -1 for none; then labels and groups give no positives. */
  readonly pairs?: Int32Array;
  /** The most positives of a query from labels or groups; 1 when left out, 0 for none. */
  readonly positiveCount?: number;
  /** Whether positives are the nearest, or the farthest, which are the hardest; 'nearest' when left out. */
  readonly positives?: 'nearest' | 'farthest';
  /** Rows up to this many places before and after a query are neither negatives nor positives of it; 0 when left out. */
  readonly window?: number;
  /** Negatives score at least this, in cosine. */
  readonly lowest?: number;
  /** Negatives score at most this, in cosine: above it are duplicates. */
  readonly highest?: number;
  /** So far below the lowest positive found of its query a negative scores; anywhere when left out. */
  readonly margin?: ScoreMargin;
  /** Rows that an index is asked for, before what must not be found is left out; 4 * count + 32 when left out. */
  readonly reach?: number;
  /** Name of each row. */
  readonly ids?: readonly string[];
  /** Name of each query, where queries are rows of their own. */
  readonly queryIds?: readonly string[];
}

/** What a mining found. */
export interface CorpusReport {
  readonly queries: number;
  readonly rows: number;
  readonly width: number;
  readonly count: number;
  /** Rows and queries that hold NaN or an infinity. */
  readonly unusable: { readonly rows: number; readonly queries: number };
  /** Negatives found in all, and the queries with fewer of them than `count`. */
  readonly negatives: number;
  readonly short: number;
  /** Positives found in all, and the queries without one. */
  readonly positives: number;
  readonly withoutPositive: number;
  readonly triples: number;
  /** The index that was used: "exact" for none, or its name; and how many of the nearest rows it finds, measured on some of the queries. */
  readonly index: string;
  readonly recall?: { readonly value: number; readonly queries: number };
  /** Names of the files in the folder. */
  readonly files: readonly string[];
}

/** Names of the files that a mining writes. */
export const miningFiles = {
  /** [n, count] int32 rows, best first; -1 where there are fewer. */
  neighbors: 'neighbors.npy',
  /** [n, count] float32; -Infinity where there are fewer. */
  scores: 'scores.npy',
  triples: 'triples.jsonl',
  parquet: 'triples.parquet',
  report: 'mining.json',
} as const;

/** Where blocks lie until all are done. */
export const blocksFolder = 'blocks';
