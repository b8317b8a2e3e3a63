import { type Features, features } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { neighborhoodPreservation } from '../index.ts';

test('an encoder agrees with itself, however it is turned and stretched', () => {
  const x = exampleFeatures(20, 2);
  const turned = features(
    Float64Array.from({ length: 40 }, (_, i) => {
      const [a, b] = [x.get(i >> 1, 0), x.get(i >> 1, 1)];
      return 3 * (i % 2 === 0 ? 0.6 * a - 0.8 * b : 0.8 * a + 0.6 * b);
    }),
    20,
    2,
  );
  expect(neighborhoodPreservation(x, turned, 4)).toEqual({ value: 1, n: 20, parts: {}, notes: [] });
});

test('neighbors that are shared count by their share', () => {
  // nearest in x: 1 0 3 2; in y: 1 0 1 0, so that items 0 and 1 agree
  const [x, y] = [rows([1, 0], [1, 0.1], [0, 1], [0.1, 1]), rows([1, 0, 0], [1, 0.1, 0], [0, 1, 0], [0.1, 0, 1])];
  expect(neighborhoodPreservation(x, y, 1).value).toBe(1 / 2);
});

test('all others are neighbors where there are few', () => {
  expect(neighborhoodPreservation(exampleFeatures(4, 3, 1), exampleFeatures(4, 3, 2), 10).value).toBe(1);
});

test('rows of length 0 in either are left out', () => {
  const found = neighborhoodPreservation(rows([1, 0], [0, 0], [0, 1]), rows([1, 0], [1, 1], [0, 1]), 1);
  expect(found).toEqual({ value: 1, n: 2, parts: {}, notes: ['1 rows of length 0 were left out'] });
});

test('too little, and what is no number, has a note', () => {
  expect(neighborhoodPreservation(rows([1, 0]), rows([1, 0])).notes).toEqual(['neighborhoods need two items that are not 0']);
  expect(neighborhoodPreservation(rows([1, 0], [Number.NaN, 0]), rows([1], [1])).value).toBeNaN();
});

test('what does not fit is named', () => {
  expect(() => neighborhoodPreservation(rows([1]), rows([1], [2]))).toThrow(
    'expected rows of the same items, got [1,1] and [2,1]',
  );
  expect(() => neighborhoodPreservation(rows([1]), rows([1]), 0)).toThrow('expected k of at least 1, got 0');
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
