import type { ContrastBatch } from '@viewforge/core';
import { cosinesOf } from './distances.ts';
import { sidesOf } from './sides.ts';

/** The shares of values that lie below the quantiles of a report. */
export const quantileShares: readonly number[] = Object.freeze([0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]);

/** What there is to learn from in a batch, to be compared before and after mining. */
export interface MiningReport {
  readonly queries: number;
  /** Queries that see no positive, and queries that see no negative. */
  readonly withoutPositives: number;
  readonly withoutNegatives: number;
  /** Pairs of a query and a positive, and of a query and a negative, that it sees. */
  readonly positives: number;
  readonly negatives: number;
  /** Triplets of the batch, or every positive with every negative of a query where it has none of its own. */
  readonly triplets: number;
  /** Cosines of the pairs at `quantileShares`, interpolated linearly; none where there are no pairs. */
  readonly positiveScores: readonly number[];
  readonly negativeScores: readonly number[];
  /** The same of each query's hardest margin: cosine of its lowest positive less that of its highest negative, in [-2, 2]. */
  readonly margins: readonly number[];
}

/**
 * Counts and scores of the pairs that a batch's queries see; extra negatives are not looked at. Holds every score once, to sort them.
 * Throws ViewforgeError: SHAPE, or NOT_FINITE for a visible row that holds NaN or an infinity.
 */
export function miningReport(batch: ContrastBatch): MiningReport {
  const n = batch.queries.shape[0]!;
  const scores = cosinesOf(batch, 'mining-report');
  const sides = sidesOf(batch);
  const [positives, negatives]: [Float64Array[], Float64Array[]] = [[], []];
  for (let row = 0; row < n; row++) {
    const found = sides(row);
    const ofRow = scores(row);
    positives.push(Float64Array.from(found.positives, (column) => ofRow[column]!).sort());
    negatives.push(Float64Array.from(found.negatives, (column) => ofRow[column]!).sort());
  }
  const margins = positives.flatMap((ofRow, row) => {
    const others = negatives[row]!;
    return ofRow.length > 0 && others.length > 0 ? [ofRow[0]! - others[others.length - 1]!] : [];
  });
  const triplets = positives.reduce((sum, ofRow, row) => sum + ofRow.length * negatives[row]!.length, 0);
  return {
    queries: n,
    withoutPositives: positives.filter(({ length }) => length === 0).length,
    withoutNegatives: negatives.filter(({ length }) => length === 0).length,
    positives: positives.reduce((sum, { length }) => sum + length, 0),
    negatives: negatives.reduce((sum, { length }) => sum + length, 0),
    triplets: batch.triplets?.queries.length ?? triplets,
    positiveScores: quantilesOf(positives),
    negativeScores: quantilesOf(negatives),
    margins: quantilesOf([margins]),
  };
}

function quantilesOf(lists: readonly ArrayLike<number>[]): readonly number[] {
  const all = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  if (all.length === 0) return [];
  all.sort();
  return quantileShares.map((share) => {
    const place = share * (all.length - 1);
    const below = Math.floor(place);
    const [low, high] = [all[below]!, all[Math.min(below + 1, all.length - 1)]!];
    return low + (high - low) * (place - below);
  });
}
