import { foldFraction } from './fold-fraction.ts';

/** Displacements for every pixel of an image, for `warpField`, and how far they fold. */
export interface DisplacementField {
  /** [2, h, w] in pixels: how far below, and how far to the right, each output pixel looks. */
  readonly field: Float32Array;
  /** Share of the pixels where the map folds. */
  readonly foldFraction: number;
  /** How often the strength was halved. */
  readonly halvings: number;
  /** Whether it still folds too much after the last halving. */
  readonly folded: boolean;
}

/** Fields with at least this share of folded pixels are drawn again. */
const mostFolds = 0.01;
const mostHalvings = 5;

/**
 * The first field that folds at less than one pixel in a hundred. `make` draws a field [2, h, w] for the number of halvings so far;
 * after five of them the last one is taken, and marked as folded.
 */
export function holdTopology(height: number, width: number, make: (halvings: number) => Float32Array): DisplacementField {
  for (let halvings = 0; ; halvings++) {
    const field = make(halvings);
    const fraction = foldFraction(field, height, width);
    const folded = fraction >= mostFolds;
    if (!folded || halvings === mostHalvings) return { field, foldFraction: fraction, halvings, folded };
  }
}
