import { features } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { directionOf, groupDirection } from './directions.ts';

const rows = features(Float64Array.of(0, 0, 2, 0, 0, 2, 2, 2), 4, 2);

test('from {(0,0), (2,0)} to {(0,2), (2,2)} it goes along (0, 1), and back along (0, -1)', () => {
  expect([...groupDirection(rows, [0, 0, 1, 1])]).toEqual([0, 1]);
  expect([...groupDirection(rows, [1, 1, 0, 0])].map((value) => value + 0)).toEqual([0, -1]);
});

test('rows of other groups do not count, equal means have no direction, and a group needs a row', () => {
  expect([...groupDirection(rows, [0, 2, 1, 2])]).toEqual([0, 1]);
  expect([...groupDirection(rows, [0, 1, 1, 0])]).toEqual([0, 0]);
  expect(() => groupDirection(rows, [0, 0, 0, 0])).toThrow('group-direction: expected rows of group 1, got none');
});

test('a given direction is brought to length 1, zeros stay zeros, and another width is refused', () => {
  expect([...directionOf(rows, { direction: [3, 4], component: 0 }, 'here')]).toEqual([0.6, 0.8]);
  expect([...directionOf(rows, { direction: [0, 0], component: 0 }, 'here')]).toEqual([0, 0]);
  expect(() => directionOf(rows, { direction: [1], component: 0 }, 'here')).toThrow(
    'here: expected a direction of 2 numbers, got 1',
  );
});

test('a component beyond those that vary is a direction of zeros', () => {
  const line = features(Float64Array.of(0, 0, 1, 1, 5, 5), 3, 2);
  expect([...directionOf(line, { direction: [], component: 0 }, 'here')]).toEqual(
    [Math.SQRT1_2, Math.SQRT1_2].map((each) => expect.closeTo(each, 12)),
  );
  for (const component of [1, 2, 1e9]) expect([...directionOf(line, { direction: [], component }, 'here')]).toEqual([0, 0]);
  expect([...directionOf(exampleFeatures(1, 3), { direction: [], component: 0 }, 'here')]).toEqual([0, 0, 0]);
});

test('groups of another number of rows are refused', () => {
  expect(() => groupDirection(features(new Float64Array(4), 2, 2), [0, 1, 1])).toThrow('expected 2 groups, one a row, got 3');
});

test('a mean that is no number is refused', () => {
  expect(() => groupDirection(features(Float64Array.of(1, Number.NaN, 1, 1), 2, 2), [0, 1])).toThrow('expected finite features');
});
