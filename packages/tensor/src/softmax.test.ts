import { expect, test } from 'vitest';
import { logSumExp, softmax } from './softmax.ts';

test.each([
  ['equal numbers', [2, 2, 2, 2], 2 + Math.log(4)],
  ['one number', [-3], -3],
  ['one and a vanishing one', [0, Number.NEGATIVE_INFINITY], 0],
  ['ln 1, ln 2 and ln 5', [0, Math.log(2), Math.log(5)], Math.log(8)],
])('logSumExp of %s', (_, numbers, expected) => {
  expect(logSumExp(numbers)).toBeCloseTo(expected, 14);
});

test('logSumExp neither overflows nor underflows', () => {
  expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.log(2), 12);
  expect(logSumExp([-1000, -1000])).toBeCloseTo(-1000 + Math.log(2), 12);
});

test('logSumExp of nothing is -Infinity', () => {
  expect(logSumExp([])).toBe(Number.NEGATIVE_INFINITY);
  expect(logSumExp([1, 2], 1, 1)).toBe(Number.NEGATIVE_INFINITY);
  expect(logSumExp([Number.NEGATIVE_INFINITY])).toBe(Number.NEGATIVE_INFINITY);
});

test('logSumExp over a part of the numbers sees no others', () => {
  expect(logSumExp([900, 1, 2, 900], 1, 3)).toBeCloseTo(2 + Math.log1p(Math.exp(-1)), 14);
});

test('softmax is proportional to the exponentials and sums to 1', () => {
  expect([...softmax([0, Math.log(2), Math.log(5)])]).toEqual([1 / 8, 2 / 8, 5 / 8].map((value) => expect.closeTo(value, 14)));
});

test('softmax does not see a shift of all numbers', () => {
  const plain = softmax([0.1, -2, 3]);
  softmax([1000.1, 998, 1003]).forEach((value, i) => {
    expect(value).toBeCloseTo(plain[i]!, 12);
  });
});
