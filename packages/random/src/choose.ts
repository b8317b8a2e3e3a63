import type { Random } from './random.ts';

/** The numbers 0..n-1 in random order (Fisher-Yates from the end), each order equally likely. */
export function permutation(random: Random, n: number): number[] {
  const order = Array.from({ length: n }, (_, index) => index);
  for (let i = n - 1; i > 0; i--) {
    const j = random.integer(0, i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** `count` different numbers of 0..n-1, in random order. Throws RangeError when there are not as many, or `count` is no whole number >= 0. */
export function choose(random: Random, n: number, count: number): number[] {
  if (!(Number.isInteger(count) && count >= 0 && count <= n)) {
    throw new RangeError(`choose: expected a whole number from 0 to ${n}, got ${count}`);
  }
  return permutation(random, n).slice(0, count);
}
