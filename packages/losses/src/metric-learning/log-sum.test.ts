import { expect, test } from 'vitest';
import { logSum } from './log-sum.ts';

test('the logarithm of a sum of exponentials, and the share of each', () => {
  const exponents = Float64Array.of(Math.log(1), Math.log(2), Math.log(5));
  expect(logSum(exponents)).toBeCloseTo(Math.log(8), 14);
  expect([...exponents].map((share) => 8 * share)).toEqual([1, 2, 5].map((each) => expect.closeTo(each, 12)));
});

test('a floor takes part in the sum without a share of its own', () => {
  const exponents = Float64Array.of(Math.log(3));
  expect(logSum(exponents, 0)).toBeCloseTo(Math.log(4), 14);
  expect(exponents[0]).toBeCloseTo(3 / 4, 14);
});

test('a small sum over a floor keeps its digits, and nothing overflows', () => {
  expect(logSum(Float64Array.of(-80), 0)).toBeCloseTo(Math.exp(-80), 48);
  const large = Float64Array.of(5000, 5000, -5000);
  expect(logSum(large)).toBeCloseTo(5000 + Math.LN2, 10);
  expect([...large]).toEqual([0.5, 0.5, 0]);
});

test('of nothing it is -Infinity, or the floor', () => {
  expect([logSum(new Float64Array(0)), logSum(new Float64Array(0), 0)]).toEqual([Number.NEGATIVE_INFINITY, 0]);
});
