import type { ContrastBatch } from '@viewforge/core';

/** What a mixer of synthetic negatives did. */
export interface SyntheticReport {
  readonly queries: number;
  /** Rows that the batch has more than before, over all queries. */
  readonly made: number;
  /** Rows that would have been made and had no direction: opposite rows that cancelled out. */
  readonly cancelled: number;
  /** Queries without a negative to make any of. */
  readonly withoutNegatives: number;
}

/** Compares the batch that went into a mixer of this package with the one that came out. */
export function syntheticReport(before: ContrastBatch, after: ContrastBatch): SyntheticReport {
  const queries = before.queries.shape[0]!;
  const s = (after.extras?.values.shape[1] ?? 0) - (before.extras?.values.shape[1] ?? 0);
  let [made, withoutNegatives] = [0, 0];
  for (let query = 0; query < queries; query++) {
    const more = (after.extras?.counts[query] ?? 0) - (before.extras?.counts[query] ?? 0);
    made += more;
    if (more === 0 && s > 0) withoutNegatives++;
  }
  return { queries, made, cancelled: s * (queries - withoutNegatives) - made, withoutNegatives };
}
