import { expect, test } from 'vitest';
import { averagePrecision, ndcgAt, precisionAt, recallAt, reciprocalRank } from '../index.ts';

const list = [1, 0, 1];

test('relevance 1, 0, 1', () => {
  expect(averagePrecision(list)).toBeCloseTo(0.833333, 6);
  expect([1, 2, 3, 4].map((k) => precisionAt(list, k))).toEqual([1, 1 / 2, 2 / 3, 2 / 4]);
  expect([1, 2, 3, 4].map((k) => recallAt(list, k))).toEqual([1 / 2, 1 / 2, 1, 1]);
  expect(reciprocalRank(list)).toBe(1);
  expect(ndcgAt(list)).toBeCloseTo((1 + 1 / 2) / (1 + 1 / Math.log2(3)), 12);
  expect(ndcgAt(list, 1)).toBe(1);
});

test('the first relevant place decides the reciprocal rank', () => {
  expect(reciprocalRank([0, 0, 1, 1])).toBe(1 / 3);
  expect(reciprocalRank([0, 0])).toBe(0);
});

test('what the list lacks counts in the total', () => {
  expect(recallAt(list, 3, 4)).toBe(1 / 2);
  expect(averagePrecision(list, 4)).toBeCloseTo(0.833333 / 2, 6);
});

test('graded relevance in its best order gains 1, in another less', () => {
  expect(ndcgAt([3, 2, 0])).toBe(1);
  expect(ndcgAt([0, 2, 3])).toBeCloseTo((2 / Math.log2(3) + 3 / 2) / (3 + 2 / Math.log2(3)), 12);
});

test('nothing relevant has no recall, precision or gain to share', () => {
  expect([recallAt([0], 1), averagePrecision([]), ndcgAt([0, 0])]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});
