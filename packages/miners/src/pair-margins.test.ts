import { pairs, sparseWeights } from '@viewforge/core';
import { features } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { pairMargins } from './pair-margins.ts';
import { sidesOf } from './sides.ts';

/** Queries at 0 and 10, keys on the same line; the first three are positives. */
const keys = [0.1, 0.25, 0.5, 0.25, 0.5, 0.75];
const batch = {
  ...pairs(features(Float64Array.of(0, 10), 2, 1), features(Float64Array.from(keys), 6, 1)),
  targets: sparseWeights([0, 1].map(() => [0, 1, 2].map((column) => [column, 1 / 3] as const))),
};
const bounds = { positiveMargin: 0.25, negativeMargin: 0.5, distance: 'euclidean', rows: 'raw' } as const;

test('positives beyond 0.25 and negatives within 0.5 are left, those at the margins are not', () => {
  const left = pairMargins().apply(batch, bounds);
  expect(sidesOf(left)(0)).toEqual({ positives: [2], negatives: [3] });
});

test('a query may be left with positives alone', () => {
  expect(sidesOf(pairMargins().apply(batch, bounds))(1)).toEqual({ positives: [0, 1, 2], negatives: [] });
});

test('squared distances take squared margins', () => {
  const squared = { ...bounds, positiveMargin: 0.25 ** 2, negativeMargin: 0.5 ** 2, distance: 'squared-euclidean' } as const;
  expect(pairMargins().apply(batch, squared)).toEqual(pairMargins().apply(batch, bounds));
});
