import { choice } from '@viewforge/core';
import { permutation, type Random } from '@viewforge/random';

/** Ways to give each of n items a partner. */
export const partnerKinds = ['permutation', 'no-fixed', 'reversed', 'halves', 'next'] as const;
/** One of the ways to give each of n items a partner. */
export type PartnerKind = (typeof partnerKinds)[number];

/** The option that says who is mixed with whom. */
export function partnersOption(usual: PartnerKind) {
  return choice(partnerKinds, {
    default: usual,
    doc: 'Who is mixed with whom: a random order, one in which nobody meets itself, the batch reversed, item i with i + n / 2, or the next item.',
  });
}

/**
 * The partner of each of n items.
 *
 * - `permutation`: a random order, each equally likely; an item may meet itself.
 * - `no-fixed`: the first of ten such orders in which nobody meets itself, or else all shifted by one drawn step.
 * - `reversed`: i and n - 1 - i; the middle one of an odd number meets itself.
 * - `halves`: i and i + floor(n / 2); the last one of an odd number meets itself.
 * - `next`: i and i + 1, the last and the first.
 *
 * A single item is its own partner.
 */
export function drawPartners(kind: PartnerKind, n: number, random: Random): number[] {
  const half = Math.floor(n / 2);
  if (kind === 'permutation') return permutation(random, n);
  if (kind === 'no-fixed') return withoutFixed(n, random);
  return Array.from({ length: n }, (_, i) => {
    if (kind === 'reversed') return n - 1 - i;
    if (kind === 'next') return (i + 1) % n;
    return i >= 2 * half ? i : (i + half) % (2 * half);
  });
}

function withoutFixed(n: number, random: Random): number[] {
  if (n < 2) return permutation(random, n);
  for (let tries = 0; tries < 10; tries++) {
    const order = permutation(random, n);
    if (order.every((partner, i) => partner !== i)) return order;
  }
  const shift = random.integer(1, n);
  return Array.from({ length: n }, (_, i) => (i + shift) % n);
}
