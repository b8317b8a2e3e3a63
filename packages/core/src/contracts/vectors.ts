import type { Features } from '@viewforge/tensor';
import type { Part } from './part.ts';
import type { Running } from './source.ts';

/** Embeddings that are read piece by piece, such as those of a file. */
export interface Vectors {
  /** Number of rows. */
  readonly size: number;
  /** Features of each. */
  readonly width: number;
  /** Rows `first` to `first + count - 1`, [count, width] in float32, on an array of its own. */
  read(first: number, count: number, running: Running): Promise<Features>;
  /** Frees what was opened; calling it twice is fine. */
  close(): Promise<void>;
}

/** The rows found for n queries, best first. Query i has `counts[i]` of them, from place i * count on. */
export interface NearestRows {
  /** [n, count]; where there are fewer, -1. */
  readonly columns: Int32Array;
  /** [n, count]; where there are fewer, -Infinity. */
  readonly scores: Float32Array | Float64Array;
  /** [n] */
  readonly counts: Int32Array;
  /** The most rows of a query: the number asked for. */
  readonly count: number;
}

/** Finds the nearest of many rows, by cosine. */
export interface VectorIndex extends Part {
  readonly kind: 'index';
  /** Whether what it finds is what comparing with every row would find. */
  readonly isExact: boolean;
  /** An index of these rows, which stay the caller's to close and must stay open as long as the index. */
  build(vectors: Vectors, running: Running): Promise<BuiltIndex>;
  /** One that was saved, of the same rows. Throws ViewforgeError (FILE_FORMAT) for a file that is damaged or of other rows or options. */
  load(path: string, vectors: Vectors, running: Running): Promise<BuiltIndex>;
}

/** Rows that can be searched. */
export interface BuiltIndex {
  readonly size: number;
  readonly width: number;
  /** The `count` nearest rows for each query [n, width]; of equal scores the lower row wins. */
  search(queries: Features, count: number, running: Running): Promise<NearestRows>;
  /** Writes what `load` reads, put in place all at once. */
  save(path: string): Promise<void>;
  close(): Promise<void>;
}
