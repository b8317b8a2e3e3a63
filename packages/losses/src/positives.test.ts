import { type ContrastBatch, type Exclusion, excludedRanges, onlyColumns, sparseExclusion } from '@viewforge/core';
import { tensor } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { findColumn, positivesOf } from './positives.ts';

/** Every column is a target of every query. */
const batch = (excluded: Exclusion): ContrastBatch => ({
  queries: exampleFeatures(3, 2),
  keys: [exampleFeatures(4, 2), exampleFeatures(3, 2)],
  targets: { kind: 'dense', values: tensor(new Float64Array(21).fill(1 / 7), [3, 7]) },
  excluded,
});
const hidden = [[1, 2, 3, 6], [], [0, 2, 4]];
const seen = hidden.map((columns) => [0, 1, 2, 3, 4, 5, 6].filter((column) => !columns.includes(column)));

test.each<[string, Exclusion, readonly (readonly number[])[]]>([
  ['none', { kind: 'none' }, [0, 1, 2].map(() => [0, 1, 2, 3, 4, 5, 6])],
  ['self', { kind: 'self' }, [0, 1, 2].map((row) => [0, 1, 2, 3, 4, 5, 6].filter((column) => column !== row))],
  ['sparse', sparseExclusion(hidden), seen],
  ['except', onlyColumns(seen), seen],
  ['ranges', excludedRanges(hidden.map((columns) => columns.map((column) => [column, column + 1]))), seen],
])('a column that a query must not see is no positive, whatever its target (%s)', (_, excluded, expected) => {
  const positives = positivesOf(batch(excluded));
  for (const [row, columns] of expected.entries()) {
    expect(positives(row).columns).toEqual(columns);
    expect(positives(row).weights).toEqual(columns.map(() => expect.closeTo(1 / columns.length, 12)));
  }
});

test('a column is found where it is, and nowhere else', () => {
  expect([1, 3, 4, 8, 9].map((column) => findColumn([3, 4, 8], column))).toEqual([-1, 0, 1, 2, -1]);
  expect(findColumn([3, 4, 8], 3, 1, 3)).toBe(-1);
});
