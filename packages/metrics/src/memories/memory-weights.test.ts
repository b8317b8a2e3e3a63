import { expect, test } from 'vitest';
import { learnMemoryWeights, type RankedMemory, rowImportanceOf, rowsWorthKeeping } from '../index.ts';

const queries: readonly RankedMemory[] = [
  { order: [0, 1, 2], worth: [1, 0, 1] },
  { order: [1, 0, 2], worth: [1, 0, 1] },
];

test('rows that do harm are dropped, rows that do nothing stay', () => {
  expect(rowsWorthKeeping({ importance: Float64Array.of(0.2, -0.1, 0, -0, 1e-9) })).toEqual([0, 2, 3, 4]);
  expect(rowsWorthKeeping(rowImportanceOf(queries, { count: 1, weights: [0.5, 0.5, 0.5] }))).toEqual([0, 2]);
});

test('one step adds a tenth of the importance', () => {
  const start = { count: 1, weights: [0.5, 0.5, 0.5] };
  const { importance, utility } = rowImportanceOf(queries, start);
  const { weights, utilities } = learnMemoryWeights(queries, { ...start, steps: 1 });
  expect([...weights]).toEqual([...importance].map((each) => expect.closeTo(0.5 + 0.1 * each, 12)));
  expect(utilities).toEqual([utility, rowImportanceOf(queries, { count: 1, weights }).utility]);
});

test('many steps end at the memory without the row that does harm, and utility never falls', () => {
  const { weights, utilities } = learnMemoryWeights(queries, { count: 1, weights: [0.5, 0.5, 0.5], steps: 200 });
  expect([weights[0], weights[1]]).toEqual([1, 0]);
  expect(utilities.at(-1)).toBeCloseTo(1, 12);
  for (let step = 1; step < utilities.length; step++)
    expect(utilities[step]!).toBeGreaterThanOrEqual(utilities[step - 1]! - 1e-12);
});

test('without queries weights stay as they are', () => {
  const { weights, notes } = learnMemoryWeights([], { count: 1, weights: [0.3], steps: 5 });
  expect([...weights]).toEqual([0.3]);
  expect(notes).toEqual(['importance needs a query']);
});
