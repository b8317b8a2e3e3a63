import { type ContrastBatch, type Exclusion, excludedRanges, onlyColumns, pairs, sparseExclusion } from '@viewforge/core';
import { features } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { type ContrastGraph, planContrast } from './contrast-plan.ts';

const form: ContrastGraph = { temperature: 0.1, similarity: 'cosine', positives: 'each' };
const batch = (n: number, k: number, excluded: Exclusion): ContrastBatch => ({
  ...pairs(features(new Float32Array(n).fill(1), n, 1), features(new Float32Array(k).fill(1), k, 1)),
  excluded,
});
const plan = (given: ContrastBatch) => planContrast(given, form, 'here');

test('ranges are fed as the same columns one by one', () => {
  const ranges = excludedRanges([[[1, 4]], [[2, 3]], []]);
  const columns = sparseExclusion([[1, 2, 3], [2], []]);
  expect(plan(batch(3, 5, ranges))!.feeds(0)).toEqual(plan(batch(3, 5, columns))!.feeds(0));
});

test('more than 2^22 columns that are no negatives are not listed one by one', () => {
  const most = 2 ** 22 - 1; // and a positive
  const ranges = (count: number) => excludedRanges([[[1, 1 + count]]]);
  const columns = new Int32Array(most + 1).map((_, column) => column + 1);
  expect(plan(batch(1, most + 3, ranges(most)))).toBeDefined();
  expect(plan(batch(1, most + 3, ranges(most + 1)))).toBeUndefined();
  expect(plan(batch(1, most + 3, { kind: 'sparse', offsets: Int32Array.of(0, most + 1), columns }))).toBeUndefined();
});

test('queries that see a few columns only, doubles and extras have no plan', () => {
  const given = batch(2, 3, { kind: 'none' });
  expect(plan(given)).toBeDefined();
  expect(plan({ ...given, excluded: onlyColumns([[0], [1]]) })).toBeUndefined();
  expect(plan({ ...given, keys: [features(new Float64Array(3), 3, 1)] })).toBeUndefined();
});
