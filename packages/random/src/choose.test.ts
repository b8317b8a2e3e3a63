import { expect, test } from 'vitest';
import { choose, permutation } from './choose.ts';
import { createRandom } from './random.ts';

/** Pearson's statistic of these counts against equal shares; above `limit` a correct generator falls once in ten thousand seeds. */
function expectEqualShares(counts: readonly number[], limit: number): void {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  expect(counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(limit);
}

test('permutation holds each number once', () => {
  for (const n of [0, 1, 2, 50]) {
    const order = permutation(createRandom(n), n);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
  }
});

test('every order of four is as likely', () => {
  const counts = new Map<string, number>();
  const random = createRandom('orders');
  for (let i = 0; i < 24_000; i++) {
    const order = permutation(random, 4).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  expectEqualShares([...counts.values()], 57.1); // chi-square, 23 degrees of freedom
});

test('permutation swaps from the end, with a partner drawn up to its own place', () => {
  const drawn: (readonly [number, number])[] = [];
  const integer = (low: number, high: number) => {
    drawn.push([low, high]);
    return low;
  };
  const random = { ...createRandom(1), integer };
  expect(permutation(random, 4)).toEqual([1, 2, 3, 0]); // each swapped with the first
  expect(drawn).toEqual([
    [0, 4],
    [0, 3],
    [0, 2],
  ]);
});

test('choose gives different numbers, each as likely', () => {
  const counts = new Array<number>(10).fill(0);
  const random = createRandom('choose');
  for (let i = 0; i < 10_000; i++) {
    const chosen = choose(random, 10, 3);
    expect(new Set(chosen).size).toBe(3);
    for (const each of chosen) counts[each]!++;
  }
  expectEqualShares(counts, 33.7); // chi-square, 9 degrees of freedom
});

test('choose refuses more than there are', () => {
  expect(() => choose(createRandom(1), 3, 4)).toThrow(/expected a whole number from 0 to 3, got 4/);
  expect(choose(createRandom(1), 3, 0)).toEqual([]);
});

test.each([
  ['a small span', 7, 1],
  ['a span that divides 2^32', 16, 1],
  ['a span just above 2^31, where a remainder would favor the low half', 2 ** 31 + 2 ** 30, 2 ** 28],
  ['a span above 2^32', 3 * 2 ** 51, 2 ** 48],
])('integer over %s is unbiased', (_, span, width) => {
  const bins = new Array<number>(Math.ceil(span / width)).fill(0);
  const random = createRandom('integer');
  for (let i = 0; i < 20_000; i++) bins[Math.floor(random.integer(0, span) / width)]!++;
  const degrees = bins.length - 1;
  expectEqualShares(bins, degrees + 4 * Math.sqrt(2 * degrees) + 8); // above the 0.9999 quantile for up to 50 degrees
});

test('integer over a span above 2^32 reaches the low bits as well', () => {
  const random = createRandom('bits');
  const bins = new Array<number>(16).fill(0);
  for (let i = 0; i < 16_000; i++) bins[random.integer(0, 2 ** 52) % 16]!++;
  expectEqualShares(bins, 44.3); // chi-square, 15 degrees of freedom
});

test.each([-1, 1.5, Number.NaN])('choosing %d numbers is refused, not answered with another count', (count) => {
  expect(() => choose(createRandom(1), 3, count)).toThrow(`expected a whole number from 0 to 3, got ${count}`);
});
