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

/** `count` different numbers of 0..n-1, in random order. Throws RangeError when there are not as many. */
export function choose(random: Random, n: number, count: number): number[] {
  if (count > n) throw new RangeError(`choose: expected at most ${n} of ${n}, got ${count}`);
  return permutation(random, n).slice(0, count);
}
