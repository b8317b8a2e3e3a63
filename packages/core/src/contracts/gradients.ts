import type { Features, Tensor } from '@viewforge/tensor';

/**
 * d(value) / d(what was given), before normalization, under the name that the batch has for it; absent behind a stop-gradient.
 * A plugin with a batch type of its own adds its names by declaration merging.
 */
export interface BatchGradients {
  /** [n, d] */
  readonly queries?: Features;
  /** One [k_b, d] for each block, undefined where no gradient flows. */
  readonly keys?: readonly (Features | undefined)[];
  /** [n, s, d] */
  readonly extras?: Tensor;
  /** [n, s, d] */
  readonly positives?: Tensor;
  /** Of a ViewBatch: [n, ...item]. */
  readonly values?: Tensor;
  /** Of an AlignedBatch: one [n, d] for each view, and for each target where gradients flow there. */
  readonly views?: readonly (Features | undefined)[];
  readonly targets?: readonly (Features | undefined)[];
  /** Of a DistributionBatch: one [n, k] for each student. */
  readonly students?: readonly (Features | undefined)[];
  /** Of a ReconstructionBatch: one [n, p, d] and [n, p, e] for each draw. */
  readonly predictions?: readonly (Tensor | undefined)[];
  readonly features?: readonly (Tensor | undefined)[];
  /** Of a NeighborhoodBatch: [n, d]. */
  readonly embeddings?: Features;
}
