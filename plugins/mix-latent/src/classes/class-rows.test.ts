import { features, tensor } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { checkFinite, checkLabels, gradientBlock, isFiniteRow, rowBlock, rowsAt, squaredDistance } from './class-rows.ts';

const block = rowBlock(features(Float64Array.of(1, 2, Number.NaN, 4), 2, 2), 'here', 'rows');

test('rows, labels and numbers are checked by name', () => {
  expect(() => rowBlock(tensor(new Float64Array(2), [2]), 'here', 'rows')).toThrow('here: expected rows of [n, d], got [2]');
  expect(() => checkFinite(block, 'here', 'rows')).toThrow('here: expected finite rows, got NaN in row 1');
  expect(() => gradientBlock(features(new Float64Array(2), 1, 2), 2, 2, 'here')).toThrow(
    'here: expected a gradient of [2, 2], got [1,2]',
  );
  expect(() => checkLabels([0, 0.5], 2, 2, 'here')).toThrow('here: expected classes from 0 to 1, got 0.5 in row 1');
  expect([isFiniteRow(block, 0), isFiniteRow(block, 1)]).toEqual([true, false]);
});

test('distances, and rows in another order, in their own type', () => {
  expect(squaredDistance(block, 0, rowBlock(features(Float32Array.of(4, 6), 1, 2), 'here', 'rows'), 0)).toBe(25);
  const rows = features(Float32Array.of(1, 2, 3, 4), 2, 2);
  expect(rowsAt(rows, [1, 0, 1]).data).toEqual(Float32Array.of(3, 4, 1, 2, 3, 4));
  expect(rowsAt(rows, []).shape).toEqual([0, 2]);
});
