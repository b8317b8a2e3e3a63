import type { Features, Image, Pixels, Tensor } from '@viewforge/tensor';

/** Rows of weights over columns; the common cases cost no memory. */
export type Weights =
  /** Row i belongs to column i alone. */
  | { readonly kind: 'identity' }
  /** Row i holds `values[e]` at `columns[e]` for e in offsets[i] .. offsets[i + 1]; columns ascend within a row. */
  | { readonly kind: 'sparse'; readonly offsets: Int32Array; readonly columns: Int32Array; readonly values: Float32Array }
  /** [rows, columns] */
  | { readonly kind: 'dense'; readonly values: Tensor };

/** Which columns a row must not see. */
export type Exclusion =
  | { readonly kind: 'none' }
  /** Column i for row i. */
  | { readonly kind: 'self' }
  /** Row i must not see `columns[e]` for e in offsets[i] .. offsets[i + 1]; columns ascend within a row. */
  | { readonly kind: 'sparse'; readonly offsets: Int32Array; readonly columns: Int32Array };

/** One view of n items, before encoding. */
export interface ViewBatch {
  /** [n, ...item] */
  readonly values: Tensor;
  /** [n, n]; how much of item j is in value i. Identity until something mixes inputs. */
  readonly blend: Weights;
  /** [n]; the class of each item; left out where an item has none. */
  readonly labels?: Int32Array;
}

/** Negatives of single queries, such as synthetic ones. */
export interface Extras {
  /** [n, s, d] */
  readonly values: Tensor;
  /** [n]; how many of the s rows count for each query. */
  readonly counts: Int32Array;
}

/** Who is compared with whom: n queries, k shared keys in blocks, s extra negatives for each query, d features. */
export interface ContrastBatch {
  /** [n, d], as the encoder or head gave them; losses normalize. */
  readonly queries: Features;
  /** Blocks of [k_b, d]: in-batch keys, a queue, prototypes. Never concatenated; columns count through the blocks. */
  readonly keys: readonly Features[];
  /** [n, k]; how much query i belongs to key j; a row sums to 1, or to 0 where the query has no positive. */
  readonly targets: Weights;
  /** Itself, duplicates, false negatives. An excluded column has target 0. */
  readonly excluded: Exclusion;
  readonly extras?: Extras;
}

/** Batch types that losses measure; a plugin may add one by declaration merging. */
export interface Batches {
  contrast: ContrastBatch;
}

/** Runtime name -> static type of what transforms work on; open to plugins in the same way. */
export interface Domains {
  pixels: Pixels;
  image: Image;
  features: Features;
  batch: ViewBatch;
  contrast: ContrastBatch;
}

/** The runtime name of what a transform works on. */
export type Domain = keyof Domains;
