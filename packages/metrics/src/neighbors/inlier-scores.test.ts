import { type Features, features } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { inlierScoresOf } from '../index.ts';

const known = rows([2, 0], [0, 1], [0, 0]);

test('the largest cosine with a known row, and that times the length of the row', () => {
  const tested = rows([3, 4], [-1, 0], [-3, -4]);
  expect([...inlierScoresOf(tested, known)]).toEqual([0.8, 0, -0.6].map((each) => expect.closeTo(each, 12)));
  expect([...inlierScoresOf(tested, known, { timesLength: true })]).toEqual([4, 0, -3].map((each) => expect.closeTo(each, 12)));
});

test('a known row has 1, whatever its length; a row of zeros 0', () => {
  const some = exampleFeatures(6, 4);
  expect([...inlierScoresOf(some, some)]).toEqual(Array(6).fill(expect.closeTo(1, 6)));
  expect([...inlierScoresOf(rows([0, 0]), known)]).toEqual([0]);
});

test('another width, nothing known and numbers that are none are refused', () => {
  expect(() => inlierScoresOf(rows([1, 2, 3]), known)).toThrow('expected rows of 2 numbers, got [1,3]');
  expect(() => inlierScoresOf(rows([1, 2]), rows([0, 0]))).toThrow('expected known rows with a direction, got none');
  expect(() => inlierScoresOf(rows([1, Number.NaN]), known)).toThrow('expected rows of finite numbers');
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
