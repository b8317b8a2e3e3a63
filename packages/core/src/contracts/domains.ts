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
  | { readonly kind: 'sparse'; readonly offsets: Int32Array; readonly columns: Int32Array }
  /** Row i must see nothing but `columns[e]` for e in offsets[i] .. offsets[i + 1]; columns ascend within a row. */
  | { readonly kind: 'except'; readonly offsets: Int32Array; readonly columns: Int32Array }
  /** Row i must not see columns `starts[e]` .. `ends[e]` - 1 for e in offsets[i] .. offsets[i + 1]; ranges ascend within a row, none is empty, no two overlap. */
  | { readonly kind: 'ranges'; readonly offsets: Int32Array; readonly starts: Int32Array; readonly ends: Int32Array };

/** One view of n items, before encoding. */
export interface ViewBatch {
  /** [n, ...item] */
  readonly values: Tensor;
  /** [n, n]; how much of item j is in value i. Identity until something mixes inputs. */
  readonly blend: Weights;
  /** [n]; the class of each item; left out where an item has none. */
  readonly labels?: Int32Array;
}

/** Rows of single queries that no other query sees, such as synthetic negatives. */
export interface Extras {
  /** [n, s, d] */
  readonly values: Tensor;
  /** [n]; how many of the s rows count for each query. */
  readonly counts: Int32Array;
}

/** Comparisons of three: entry e compares query `queries[e]` with the columns `positives[e]` and `negatives[e]`, all of one length. */
export interface Triplets {
  readonly queries: Int32Array;
  readonly positives: Int32Array;
  readonly negatives: Int32Array;
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
  /** Negatives of single queries. */
  readonly extras?: Extras;
  /** Positives of single queries, such as hallucinated ones; losses that do not name them refuse a batch that has some. */
  readonly positives?: Extras;
  /** [n]; how much each query counts in means over queries, >= 0; all alike when left out. No gradient flows to them. */
  readonly queryWeights?: Float64Array;
  /** By block of keys: true where no gradient flows (a queue, the keys of a momentum encoder); losses then leave it out. None when left out. */
  readonly frozen?: readonly boolean[];
  /** Losses of triplets take these alone; every positive with every negative of a query when left out. Other losses ignore them. */
  readonly triplets?: Triplets;
}

/** Rows that belong together by position: v views of the same n items, compared view by view and through statistics of the batch. */
export interface AlignedBatch {
  /** v times [n, d] */
  readonly views: readonly Features[];
  /** What views are to come close to, of another head or encoder, by view: [n, d] each. Losses say whether gradients flow there. */
  readonly targets?: readonly Features[];
  /** [d, d]; the running second moment of unit rows before this batch, for losses that keep one (TiCo). */
  readonly moment?: Features;
  /**
   * [n]; how much each item counts in means over items, >= 0; all alike when left out. No gradient flows to them. Losses that look at statistics
   * of the batch instead refuse them.
   */
  readonly weights?: Float64Array;
}

/** Scores over k outcomes that become distributions: of students, which learn, and of teachers, which are given. */
export interface DistributionBatch {
  /** By view: [n, k] before any softmax. */
  readonly students: readonly Features[];
  /** By view: [n, k] before any softmax; none where students are compared with each other. No gradient flows to them. */
  readonly teachers: readonly Features[];
  /** Who teaches student v: every teacher but v, which is of the same view, or all of them. */
  readonly taughtBy: 'others' | 'all';
  /** [k]; taken off the teachers' scores. */
  readonly center?: Tensor;
}

/** What was hidden and what was made of it: p patches or points of d numbers for each of n items. */
export interface ReconstructionBatch {
  /** By draw of a mask: [n, p, d]. */
  readonly predictions: readonly Tensor[];
  /** [n, p, d] */
  readonly originals: Tensor;
  /** By draw: [n * p] row-major, 1 where a patch was hidden, 0 where it was seen. */
  readonly masks: readonly Uint8Array[];
  /** By draw: [n, p, e]; what a decoder says of every patch, for losses that compare draws. */
  readonly features?: readonly Tensor[];
}

/** Rows with two descriptions: embeddings that learn, and given features that say how near each other they should be. */
export interface NeighborhoodBatch {
  /** [n, d] */
  readonly embeddings: Features;
  /** [n, e]; no gradient flows to them. */
  readonly features: Features;
  /** [n]; rows of the same number are views of one item. */
  readonly items: Int32Array;
}

/** Batch types that losses measure; a plugin may add one by declaration merging. */
export interface Batches {
  contrast: ContrastBatch;
  aligned: AlignedBatch;
  distributions: DistributionBatch;
  reconstruction: ReconstructionBatch;
  neighborhood: NeighborhoodBatch;
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
