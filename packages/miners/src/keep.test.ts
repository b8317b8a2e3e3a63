import { type ContrastBatch, eachWeight, excludedRanges, onlyColumns, pairs, sparseWeights } from '@viewforge/core';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { hideNegatives, keepPairs, keepTriplets } from './keep.ts';
import { sidesOf } from './sides.ts';

const rows = exampleFeatures(2, 3, 0);
const keys = exampleFeatures(5, 3, 1);
const batch: ContrastBatch = {
  ...pairs(rows, keys),
  targets: sparseWeights([
    [
      [0, 0.5],
      [1, 0.25],
      [4, 0.25],
    ],
    [[3, 1]],
  ]),
  triplets: { queries: Int32Array.of(0, 0, 1, 0), positives: Int32Array.of(0, 4, 3, 1), negatives: Int32Array.of(2, 3, 0, 2) },
};

function weightsOf({ targets }: ContrastBatch, row: number): [number, number][] {
  const found: [number, number][] = [];
  eachWeight(targets, row, (column, weight) => found.push([column, Number(weight.toFixed(6))]));
  return found;
}

test('targets 0.5 and 0.25 of the two positives that are left become 2/3 and 1/3', () => {
  const left = keepPairs(batch, [
    { positives: [0, 4], negatives: [3] },
    { positives: [], negatives: [0] },
  ]);
  expect(weightsOf(left, 0)).toEqual([
    [0, 0.666667],
    [4, 0.333333],
  ]);
  expect(weightsOf(left, 1)).toEqual([]);
  expect(left.excluded).toEqual(onlyColumns([[0, 3, 4], [0]]));
  expect(left.triplets).toEqual({ queries: Int32Array.of(0), positives: Int32Array.of(4), negatives: Int32Array.of(3) });
});

test('triplets decide what is seen, each column once', () => {
  const triplets = { queries: Int32Array.of(0, 0, 0), positives: Int32Array.of(1, 1, 0), negatives: Int32Array.of(2, 3, 2) };
  const left = keepTriplets(batch, triplets);
  expect(left.triplets).toBe(triplets);
  expect([0, 1].map(sidesOf(left))).toEqual([
    { positives: [0, 1], negatives: [2, 3] },
    { positives: [], negatives: [] },
  ]);
});

test('hidden beside ranges, negatives become ranges', () => {
  const left = hideNegatives({ ...batch, excluded: excludedRanges([[[2, 3]], [[0, 2]]]) }, [[3], [4]]);
  expect(left.excluded).toEqual(
    excludedRanges([
      [[2, 4]],
      [
        [0, 2],
        [4, 5],
      ],
    ]),
  );
});

test.each([
  ['none', batch.excluded],
  ['ranges', excludedRanges([[], [[1, 2]]])],
  [
    'except',
    onlyColumns([
      [0, 1, 2, 3],
      [0, 2, 3],
    ]),
  ],
] as const)('negatives are hidden beside what is excluded already (%s)', (_, excluded) => {
  const given = { ...batch, excluded };
  const left = hideNegatives(given, [[2], []]);
  const before = [0, 1].map(sidesOf(given));
  expect([0, 1].map(sidesOf(left))).toEqual([{ ...before[0], negatives: [3] }, before[1]]);
  expect(left.targets).toBe(batch.targets);
  expect([...left.triplets!.negatives]).not.toContain(2);
});
