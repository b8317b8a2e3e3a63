import { mixBlend, pairSources, type Weights } from '@viewforge/core';

/** The blend [n, n] of a batch whose row i holds `shares[i]` of itself and the rest of row `partners[i]`; shares in [0, 1]. */
export function pairBlend(blend: Weights, partners: readonly number[], shares: readonly number[]): Weights {
  if (partners.every((partner, i) => partner === i || shares[i] === 1)) return blend;
  return mixBlend(blend, pairSources(partners, shares));
}
