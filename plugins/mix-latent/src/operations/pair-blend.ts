import { eachWeight, sparseWeights, type Weights } from '@viewforge/core';

/** The blend [n, n] of a batch whose row i holds `shares[i]` of itself and the rest of row `partners[i]`; shares in [0, 1]. */
export function pairBlend(blend: Weights, partners: readonly number[], shares: readonly number[]): Weights {
  if (partners.every((partner, i) => partner === i || shares[i] === 1)) return blend;
  return sparseWeights(
    partners.map((partner, i) => {
      const row = new Map<number, number>();
      const add = (from: number, share: number): void => {
        if (share === 0) return;
        eachWeight(blend, from, (item, weight) => {
          if (weight !== 0) row.set(item, (row.get(item) ?? 0) + share * weight);
        });
      };
      add(i, shares[i]!);
      add(partner, 1 - shares[i]!);
      return [...row];
    }),
  );
}
