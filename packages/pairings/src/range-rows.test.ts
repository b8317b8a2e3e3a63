import { excludedRanges } from '@viewforge/core';
import { expect, test } from 'vitest';
import { createRangeRows } from './range-rows.ts';

test('rows of ranges are what core makes of lists, however many there are', () => {
  const lists = Array.from({ length: 40 }, (_, row) =>
    Array.from({ length: row % 7 }, (_, e) => [3 * e + (row % 2), 3 * e + 2] as const),
  );
  const rows = createRangeRows(lists.length);
  for (const list of lists) {
    for (const [start, end] of list) rows.add(start, end);
    rows.endRow();
  }
  expect(rows.exclusion()).toEqual(excludedRanges(lists));
});

test('a range that touches the last of its row is joined to it, but not to that of the row before', () => {
  const rows = createRangeRows(2);
  rows.add(0, 2);
  rows.add(2, 2);
  rows.add(2, 3);
  rows.endRow();
  rows.add(3, 4);
  rows.endRow();
  expect(rows.exclusion()).toEqual(excludedRanges([[[0, 3]], [[3, 4]]]));
});

test('nothing costs nothing', () => {
  const rows = createRangeRows(2);
  rows.add(1, 1);
  rows.endRow();
  rows.endRow();
  expect(rows.exclusion()).toEqual({ kind: 'none' });
});
