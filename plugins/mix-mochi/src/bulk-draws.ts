import { uniformNoise } from '@viewforge/kernels';
import { createRandom, seedOf } from '@viewforge/random';

/** Numbers of one query, drawn one after the other. */
export interface QueryDraws {
  /** The next number in [0, 1), a multiple of 2^-24. */
  next(): number;
  /** The next whole number in 0 .. count - 1, from one of [0, 1): equally likely up to a share of count / 2^24. */
  place(count: number): number;
  /** What the stream starts from, for other streams of the same query. */
  readonly seed: number;
}

/**
 * Opens the numbers of single queries: each has a stream of its own, so that what is drawn for the query at a place depends on the seed
 * and that place, not on how many queries, keys or negatives there are.
 */
export function openDraws(seed: number): (query: number, length: number) => QueryDraws {
  const random = createRandom(seed);
  return (query, length) => {
    const own = seedOf(random.fork(query));
    const numbers = uniformNoise(length, own);
    let at = 0;
    return {
      seed: own,
      next: () => numbers[at++]!,
      place: (count) => Math.floor(numbers[at++]! * count),
    };
  };
}
