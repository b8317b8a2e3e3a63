import type { Accumulator } from './accumulator.ts';

/** Mean and spread of numbers. */
export interface Moments {
  readonly n: number;
  /** NaN without numbers. */
  readonly mean: number;
  /** Mean squared distance from the mean; NaN without numbers. */
  readonly variance: number;
  /** The same divided by n - 1 instead of n; NaN for fewer than two numbers. */
  readonly unbiasedVariance: number;
  /** Infinity and -Infinity without numbers. */
  readonly smallest: number;
  readonly largest: number;
}

/** What moments are worked out from: `squares` is the sum of squared distances from the mean. */
export interface MomentSums {
  readonly n: number;
  readonly mean: number;
  readonly squares: number;
  readonly smallest: number;
  readonly largest: number;
}

/**
 * An accumulator of numbers, stable where their mean is large beside their spread (Welford; Chan, Golub and LeVeque for
 * merging).
 */
export function createMoments(): Accumulator<number, MomentSums, Moments> {
  let sums: MomentSums = { n: 0, mean: 0, squares: 0, smallest: Number.POSITIVE_INFINITY, largest: Number.NEGATIVE_INFINITY };
  const take = (other: MomentSums): void => {
    sums = together(sums, other);
  };
  return {
    add: (value) => take({ n: 1, mean: value, squares: 0, smallest: value, largest: value }),
    merge: (other) => take(other.state()),
    state: () => sums,
    result() {
      const { n, squares, smallest, largest } = sums;
      const [mean, variance] = n === 0 ? [Number.NaN, Number.NaN] : [sums.mean, squares / n];
      return { n, mean, variance, unbiasedVariance: n < 2 ? Number.NaN : squares / (n - 1), smallest, largest };
    },
  };
}

/** Mean and spread of all `numbers`. */
export function momentsOf(numbers: ArrayLike<number>): Moments {
  const moments = createMoments();
  for (let i = 0; i < numbers.length; i++) moments.add(numbers[i]!);
  return moments.result();
}

function together(a: MomentSums, b: MomentSums): MomentSums {
  if (a.n === 0 || b.n === 0) return a.n === 0 ? b : a;
  const n = a.n + b.n;
  const distance = b.mean - a.mean;
  return {
    n,
    mean: a.mean + (distance * b.n) / n,
    squares: a.squares + b.squares + (distance * distance * a.n * b.n) / n,
    smallest: Math.min(a.smallest, b.smallest),
    largest: Math.max(a.largest, b.largest),
  };
}
