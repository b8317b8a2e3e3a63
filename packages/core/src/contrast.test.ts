import { features, tensor } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import type { Exclusion, Weights } from './contracts/domains.ts';
import {
  countKeys,
  eachExcluded,
  eachWeight,
  excludedRanges,
  onlyColumns,
  pairs,
  sparseExclusion,
  sparseWeights,
} from './contrast.ts';

const weightsOf = (weights: Weights, row: number) => {
  const found: [number, number][] = [];
  eachWeight(weights, row, (column, weight) => found.push([column, weight]));
  return found;
};
const excludedOf = (excluded: Exclusion, row: number) => {
  const found: number[] = [];
  eachExcluded({ excluded, keys: [block(4), block(2)] }, row, (column) => found.push(column));
  return found;
};
const block = (rows: number) => features(new Float32Array(rows * 2), rows, 2);

test('pairs: key i is the positive of query i, and nothing is excluded', () => {
  const batch = pairs(block(3), block(3));
  expect(weightsOf(batch.targets, 2)).toEqual([[2, 1]]);
  expect(excludedOf(batch.excluded, 2)).toEqual([]);
  expect(batch.extras).toBeUndefined();
});

test('keys are counted through all blocks', () => {
  expect(countKeys({ ...pairs(block(3), block(3)), keys: [block(3), block(5), block(0)] })).toBe(8);
});

test('sparse weights come back in ascending columns, row by row', () => {
  const weights = sparseWeights([
    [
      [4, 0.25],
      [1, 0.75],
    ],
    [],
    [[0, 1]],
  ]);
  expect([0, 1, 2].map((row) => weightsOf(weights, row))).toEqual([
    [
      [1, 0.75],
      [4, 0.25],
    ],
    [],
    [[0, 1]],
  ]);
});

test('dense weights give every column, zeros included', () => {
  expect(weightsOf({ kind: 'dense', values: tensor(Float64Array.of(0, 1, 0.5, 0.5), [2, 2]) }, 0)).toEqual([
    [0, 0],
    [1, 1],
  ]);
});

test('self excludes the column of the row, sparse what it lists', () => {
  expect(excludedOf({ kind: 'self' }, 4)).toEqual([4]);
  const excluded = sparseExclusion([[5, 2], [], [0]]);
  expect([0, 1, 2].map((row) => excludedOf(excluded, row))).toEqual([[2, 5], [], [0]]);
});

test('an exclusion of all but some columns is their complement, block after block', () => {
  const excluded = onlyColumns([[4, 1], [], [0, 1, 2, 3, 4, 5]]);
  expect([0, 1, 2].map((row) => excludedOf(excluded, row))).toEqual([[0, 2, 3, 5], [0, 1, 2, 3, 4, 5], []]);
});

test('excluded ranges hide their columns, up to the end', () => {
  const excluded = excludedRanges([
    [
      [4, 6],
      [0, 2],
    ],
    [],
    [[3, 4]],
  ]);
  expect([0, 1, 2].map((row) => excludedOf(excluded, row))).toEqual([[0, 1, 4, 5], [], [3]]);
});

test('ranges that touch or overlap become one, and empty ones none', () => {
  const excluded = excludedRanges([
    [
      [2, 4],
      [1, 2],
      [3, 6],
      [0, 0],
    ],
    [
      [1, 5],
      [2, 3],
    ],
  ]);
  expect(excluded).toEqual({
    kind: 'ranges',
    offsets: Int32Array.of(0, 1, 2),
    starts: Int32Array.of(1, 1),
    ends: Int32Array.of(6, 5),
  });
});

test('an exclusion of nothing costs nothing', () => {
  expect(sparseExclusion([[], []])).toEqual({ kind: 'none' });
  expect(excludedRanges([[[3, 3]], []])).toEqual({ kind: 'none' });
});
