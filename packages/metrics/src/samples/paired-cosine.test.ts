import { features } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { pairedCosineOf } from '../index.ts';

test('cosines of 1 and .6', () => {
  const found = pairedCosineOf(features(Float64Array.of(2, 0, 1, 0), 2, 2), features(Float64Array.of(1, 0, 3, 4), 2, 2));
  expect(found.value).toBeCloseTo(0.8, 12);
  expect(found.parts).toEqual({ least: expect.closeTo(0.6, 12), deviation: expect.closeTo(0.2, 12) });
});

test('pairs with a row of length 0 are left out', () => {
  const found = pairedCosineOf(features(Float64Array.of(1, 0, 1, 0), 2, 2), features(Float64Array.of(0, 1, 0, 0), 2, 2));
  expect(found).toMatchObject({ value: 0, n: 1, notes: ['1 rows of length 0 were left out'] });
});

test('nothing, and NaN, have no cosine', () => {
  const none = features(new Float64Array(0), 0, 2);
  expect(pairedCosineOf(none, none)).toMatchObject({ value: Number.NaN, n: 0, notes: ['cosines need two rows that are not 0'] });
  const broken = features(Float64Array.of(Number.NaN, 1), 1, 2);
  expect(pairedCosineOf(broken, broken).notes).toEqual(['features are not all finite numbers within 1e70']);
});

test('sets of different shapes are an error', () => {
  expect(() => pairedCosineOf(features(new Float64Array(4), 2, 2), features(new Float64Array(2), 1, 2))).toThrow(
    'paired-cosine: expected two sets of one shape, got [2,2] and [1,2]',
  );
});
