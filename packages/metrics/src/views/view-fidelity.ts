import { ViewforgeError } from '@viewforge/core';
import { type Image, values } from '@viewforge/tensor';
import type { Accumulator } from '../streams/accumulator.ts';
import { createMoments, type MomentSums } from '../streams/moments.ts';
import { structuralSimilarityOf } from './structural-similarity.ts';

/** An item's image, and a view of it of the same shape; [c, h, w] in [0, 1]. */
export interface SampleAndView {
  readonly sample: Image;
  readonly view: Image;
}

/** How much of an image its views keep. */
export interface ViewFidelity {
  /** Mean squared change of an intensity, over pixels, then over pairs; in [0, 1]. */
  readonly meanSquaredChange: number;
  /** Peak signal-to-noise ratio in decibels, the mean over pairs that differ; null where none does, which is an infinite one. */
  readonly peakSignalToNoise: number | null;
  /** Mean over pairs; in [-1, 1]. */
  readonly structuralSimilarity: number;
  /** Pairs whose images are the same. */
  readonly same: number;
  /** Pairs that count. */
  readonly n: number;
  readonly notes: readonly string[];
}

/** Sums over pairs, and pairs left out. */
export interface FidelitySums {
  readonly moments: readonly [error: MomentSums, decibels: MomentSums, similarity: MomentSums];
  readonly leftOut: number;
}

/**
 * An accumulator of pairs of a sample and its view. Pairs without pixels, or with a number that is not finite, are left out,
 * with a note. `add` throws ViewforgeError (SHAPE) for images of different shapes.
 */
export function createViewFidelity(): Accumulator<SampleAndView, FidelitySums, ViewFidelity> {
  const [error, decibels, similarity] = [createMoments(), createMoments(), createMoments()] as const;
  let leftOut = 0;
  return {
    add({ sample, view }) {
      const change = meanSquaredChangeOf(sample, view);
      if (!Number.isFinite(change)) {
        leftOut++;
        return;
      }
      error.add(change);
      similarity.add(structuralSimilarityOf(sample, view));
      const ratio = decibelsOf(change);
      if (ratio !== null) decibels.add(ratio);
    },
    merge(other) {
      const more = other.state();
      for (const [i, each] of [error, decibels, similarity].entries()) each.merge({ state: () => more.moments[i]! });
      leftOut += more.leftOut;
    },
    state: () => ({ moments: [error.state(), decibels.state(), similarity.state()], leftOut }),
    result() {
      const [{ n, mean }, differing] = [error.result(), decibels.result()];
      return {
        meanSquaredChange: mean,
        peakSignalToNoise: n > 0 && differing.n === 0 ? null : differing.mean,
        structuralSimilarity: similarity.result().mean,
        same: n - differing.n,
        n,
        notes: [
          ...(leftOut > 0 ? [`${leftOut} pairs without pixels, or not of finite numbers, were left out`] : []),
          ...(n === 0 ? ['fidelity needs a view and its sample'] : []),
        ],
      };
    },
  };
}

/** How much of one image its view keeps. */
export function viewFidelityOf(sample: Image, view: Image): ViewFidelity {
  const fidelity = createViewFidelity();
  fidelity.add({ sample, view });
  return fidelity.result();
}

/** Mean squared difference of two images of one shape; NaN without pixels. Throws ViewforgeError (SHAPE) for different shapes. */
export function meanSquaredChangeOf(sample: Image, view: Image): number {
  if (`${sample.shape}` !== `${view.shape}`) {
    throw new ViewforgeError(
      'SHAPE',
      'view-fidelity',
      `expected a view of its sample's shape [${sample.shape}], got [${view.shape}]`,
    );
  }
  const [a, b] = [values(sample), values(view)];
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum / a.length;
}

/** -10 log10 of a mean squared change of intensities in [0, 1]; null for no change. */
export function decibelsOf(meanSquaredChange: number): number | null {
  return meanSquaredChange === 0 ? null : -10 * Math.log10(meanSquaredChange);
}
