import type { Features } from '@viewforge/tensor';
import { momentsOf } from '../streams/moments.ts';
import { frechetDistanceOf } from './frechet-distance.ts';
import { meanDiscrepancyOf } from './mean-discrepancy.ts';
import { nearestNeighborTestOf } from './nearest-neighbor-test.ts';

/** Features of generated items, and how good each is as a pair of its original. */
export interface GeneratedSet {
  /** [m, d] */
  readonly features: Features;
  /** [m]; such as foreground likeness less background likeness (GenView). */
  readonly quality?: ArrayLike<number>;
}

/** One generated set beside the real one. */
export interface GenerationRow {
  readonly name: string;
  /** Rows of the real set and of the generated one. */
  readonly realSize: number;
  readonly generatedSize: number;
  /** Frechet distance of the features. */
  readonly divergence: number;
  /** Squared maximum mean discrepancy, unbiased, with a kernel as wide as the median distance. */
  readonly discrepancy: number;
  /** Share of rows whose nearest row is of their own set; 0.5 where the sets cannot be told apart. */
  readonly twoSampleAccuracy: number;
  /** NaN where no quality was given. */
  readonly meanQuality: number;
  readonly notes: readonly string[];
}

/**
 * Real size, generated size and divergence of generated sets [m, d] against real rows [n, d], together: generated data help most
 * where real ones are few and the divergence is small beside the error that few data leave.
 */
export function generationTable(real: Features, generated: Readonly<Record<string, GeneratedSet>>): GenerationRow[] {
  return Object.entries(generated).map(([name, { features: set, quality = [] }]) => {
    const found = [frechetDistanceOf(real, set), meanDiscrepancyOf(real, set), nearestNeighborTestOf(real, set)] as const;
    return {
      name,
      realSize: real.shape[0]!,
      generatedSize: set.shape[0]!,
      divergence: found[0].value,
      discrepancy: found[1].value,
      twoSampleAccuracy: found[2].value,
      meanQuality: momentsOf(quality).mean,
      notes: [...new Set(found.flatMap(({ notes }) => notes))],
    };
  });
}
