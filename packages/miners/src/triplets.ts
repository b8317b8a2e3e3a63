import type { ContrastBatch, Triplets } from '@viewforge/core';
import { sidesOf } from './sides.ts';

/** Says of each triplet of one query whether it is taken. */
export type TakesTriplet = (positive: number, negative: number) => boolean;

/**
 * The triplets that `takesOf` takes, query by query, positives and then negatives ascending. To choose from are those of the batch where
 * it has some, as far as their columns are a visible positive and negative, and otherwise every positive with every negative.
 */
export function chooseTriplets(batch: ContrastBatch, takesOf: (row: number) => TakesTriplet): Triplets {
  const n = batch.queries.shape[0]!;
  const sides = sidesOf(batch);
  const given = batch.triplets && byQuery(n, batch.triplets);
  const found: [number[], number[], number[]] = [[], [], []];
  for (let row = 0; row < n; row++) {
    const { positives, negatives } = sides(row);
    if (positives.length === 0 || negatives.length === 0) continue;
    const takes = takesOf(row);
    for (const positive of positives) {
      const among = given?.[row]?.get(positive);
      if (given && !among) continue;
      for (const negative of negatives) {
        if ((among && !among.has(negative)) || !takes(positive, negative)) continue;
        found[0].push(row);
        found[1].push(positive);
        found[2].push(negative);
      }
    }
  }
  return { queries: Int32Array.from(found[0]), positives: Int32Array.from(found[1]), negatives: Int32Array.from(found[2]) };
}

/** By query and positive: the negatives. */
function byQuery(n: number, { queries, positives, negatives }: Triplets): Map<number, Set<number>>[] {
  const found = Array.from({ length: n }, () => new Map<number, Set<number>>());
  queries.forEach((query, e) => {
    const ofQuery = found[query]!;
    const ofPositive = ofQuery.get(positives[e]!) ?? new Set();
    ofQuery.set(positives[e]!, ofPositive.add(negatives[e]!));
  });
  return found;
}
