import { expect, test } from 'vitest';
import { createMoments, momentsOf } from '../index.ts';

test('1, 2, 3 and 6', () => {
  expect(momentsOf([1, 2, 3, 6])).toEqual({
    n: 4,
    mean: 3,
    variance: expect.closeTo(14 / 4, 12),
    unbiasedVariance: expect.closeTo(14 / 3, 12),
    smallest: 1,
    largest: 6,
  });
});

test('numbers far from 0 keep their spread', () => {
  // sums of squares near 1e18 would hold nothing of a variance of 2/3
  expect(momentsOf([1e9 + 1, 1e9 + 2, 1e9 + 3]).variance).toBeCloseTo(2 / 3, 9);
});

test('nothing has no mean, and one number no unbiased variance', () => {
  expect(momentsOf([])).toMatchObject({ n: 0, mean: Number.NaN, variance: Number.NaN });
  expect(momentsOf([5])).toMatchObject({ n: 1, mean: 5, variance: 0, unbiasedVariance: Number.NaN });
});

test.each([0, 1, 3, 7])('cut after %d of 7 numbers, the moments are the same', (cut) => {
  const numbers = [3, -1, 4, 1, -5, 9, 2.5];
  const [first, second] = [createMoments(), createMoments()];
  for (const [i, each] of numbers.entries()) (i < cut ? first : second).add(each);
  first.merge(second);
  const whole = momentsOf(numbers);
  for (const [name, value] of Object.entries(first.result())) expect(value).toBeCloseTo(whole[name as 'mean'], 12);
});
