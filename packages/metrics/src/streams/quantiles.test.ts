import { expect, test } from 'vitest';
import { quantilesOf } from '../index.ts';

test('between numbers the line is taken', () => {
  expect(quantilesOf([0.1, 0.4, 0.2, 0.3], [0.25, 0.5, 0.75])).toEqual(
    [0.175, 0.25, 0.325].map((each) => expect.closeTo(each, 12)),
  );
});

test('the ends are the smallest and the largest', () => {
  expect(quantilesOf([3, -2, 7], [0, 1])).toEqual([-2, 7]);
});

test('infinite numbers do not spoil their neighbors', () => {
  expect(quantilesOf([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 1], [0.25, 1])).toEqual([Number.NEGATIVE_INFINITY, 1]);
});

test.each([[[]], [[1, Number.NaN]]])('%j has no quantiles', (numbers) => {
  expect(quantilesOf(numbers, [0.5])).toEqual([Number.NaN]);
});
