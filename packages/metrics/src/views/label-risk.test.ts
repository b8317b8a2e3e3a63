import { expect, test } from 'vitest';
import { labelRiskOf } from '../index.ts';

test('one of four views is taken for another class', () => {
  expect(labelRiskOf([0, 1, 2, 2], [0, 1, 2, 1])).toEqual({ value: 0.25, n: 4, parts: {}, notes: [] });
});

test('views without a class do not count', () => {
  expect(labelRiskOf([0, -1, 2], [1, 1, -1])).toEqual({
    value: 1,
    n: 1,
    parts: {},
    notes: ['2 views without a class were left out'],
  });
});

test('no views have no risk', () => {
  expect(labelRiskOf([], [])).toMatchObject({
    value: Number.NaN,
    n: 0,
    notes: ['label risk needs a view and a sample of known classes'],
  });
});

test('every view needs its sample', () => {
  expect(() => labelRiskOf([0, 1], [0])).toThrow('label-risk: expected a class for each of 2 views, got 1');
});
