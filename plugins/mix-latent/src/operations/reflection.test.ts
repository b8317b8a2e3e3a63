import { features, values } from '@viewforge/tensor';
import { augmenterPullbackError, exampleFeatures, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { directionOf } from './directions.ts';
import { reflection, reflectRows } from './reflection.ts';
import { meanRow } from './singular-values.ts';

obeysAugmenterLaws(reflection, [exampleFeatures(), exampleFeatures(1, 3)]);

const rows = features(Float64Array.of(0, 5, 4, 7), 2, 2);

test('along the first axis, 0 and 4 change places about their mean', () => {
  expect([...values(reflection().apply(rows, { direction: [2, 0], component: 0 }))]).toEqual([4, 5, 0, 7]);
});

test('twice is the identity, and distances stay', () => {
  const [given, drawn] = [exampleFeatures(5, 3), { direction: [], component: 1 }];
  const once = reflection().apply(given, drawn);
  expect([...values(reflection().apply(once, drawn))]).toEqual([...values(given)].map((each) => expect.closeTo(each, 5))); // float32
  const apart = (of: ArrayLike<number>) => Math.hypot(...[0, 1, 2].map((k) => of[k]! - of[3 + k]!));
  expect(apart(values(once))).toBeCloseTo(apart(values(given)), 5);
  expect(values(once)).not.toEqual(values(given));
});

test('a direction of zeros, and a row alone along a principal one, change nothing', () => {
  expect(values(reflection().apply(rows, { direction: [0, 0], component: 0 }))).toEqual(values(rows));
  const alone = exampleFeatures(1, 3);
  expect(values(reflection().apply(alone, { direction: [], component: 0 }))).toEqual(values(alone));
});

test.each([[[1, 2, 3, 4]], [[]]])('gradients are mirrored, with mean and direction held (%j)', (direction) => {
  const [given, drawn] = [exampleFeatures(3, 4), { direction, component: 0 }];
  const [along, center] = [directionOf(given, drawn, 'here'), meanRow(given)];
  expect(augmenterPullbackError(reflection(), given, drawn, (moved) => reflectRows(moved, along, center)).worst).toBeLessThan(
    1e-6,
  );
});
