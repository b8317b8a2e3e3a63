import type { Weights } from './contracts/domains.ts';
import { eachWeight, sparseWeights } from './contrast.ts';

/** What a mixed item is made of: rows of the batch that came in, with weights that sum to 1. */
export type Sources = readonly (readonly [row: number, weight: number])[];

/**
 * The blend [n, n] of a mixed batch: row i is the weighted sum of those rows of the incoming blend that value i was mixed from.
 * Identity where every value is still its own.
 */
export function mixBlend(blend: Weights, sources: readonly Sources[]): Weights {
  const rows = sources.map((of) => {
    const shares = new Map<number, number>();
    for (const [row, weight] of of) {
      if (weight === 0) continue;
      eachWeight(blend, row, (item, share) => {
        if (share !== 0) shares.set(item, (shares.get(item) ?? 0) + weight * share);
      });
    }
    return [...shares];
  });
  const isOwn = rows.every((row, i) => row.length === 1 && row[0]![0] === i);
  return isOwn ? { kind: 'identity' } : sparseWeights(rows);
}

/** The sources of items mixed with one partner each: weight w of the item itself, 1 - w of the partner. */
export function pairSources(partners: readonly number[], weights: readonly number[]): Sources[] {
  return partners.map((partner, i) => [
    [i, weightAt(weights, i)],
    [partner, 1 - weightAt(weights, i)],
  ]);
}

/** The weight of item i, where one weight stands for all. */
export function weightAt(weights: readonly number[], i: number): number {
  return weights.length === 1 ? weights[0]! : weights[i]!;
}
