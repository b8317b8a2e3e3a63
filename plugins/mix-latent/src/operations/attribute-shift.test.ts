import { createRandom } from '@viewforge/random';
import { features, values } from '@viewforge/tensor';
import { augmenterPullbackError, exampleFeatures, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { attributeShift, shiftRows } from './attribute-shift.ts';

obeysAugmenterLaws(attributeShift, [exampleFeatures(), exampleFeatures(1, 3)]);

const rows = features(Float64Array.of(1, 2, 3, 4), 2, 2);
const shifted = (amounts: number[], direction: number[]) => [
  ...values(attributeShift().apply(rows, { amounts, direction, component: 0 })),
];

test('rows move along the direction by amounts of their own', () => {
  expect(shifted([0.5, -2], [0, 7])).toEqual([1, 2.5, 3, 2]);
});

test('amounts of 0 and a direction of zeros move nothing', () => {
  expect(shifted([0, 0], [1, 1])).toEqual([1, 2, 3, 4]);
  expect(shifted([5, 5], [0, 0])).toEqual([1, 2, 3, 4]);
});

test('without a direction it is a principal one', () => {
  const line = features(Float64Array.of(0, 1, 0, 3, 0, 9), 3, 2);
  const moved = attributeShift().apply(line, { amounts: [1, 2, 0], direction: [], component: 0 });
  expect([...values(moved)]).toEqual([0, 2, 0, 5, 0, 9].map((each) => expect.closeTo(each, 12)));
  const drawn = attributeShift({ component: 1 }).draw([3, 2], createRandom(1), { epoch: 0, fraction: 0 });
  expect(values(attributeShift().apply(line, drawn))).toEqual(values(line)); // nothing varies there
});

test('an amount is drawn for each row, from the range', () => {
  const { amounts } = attributeShift({ amountRange: [2, 3] }).draw([40, 2], createRandom(1), { epoch: 0, fraction: 0 });
  expect(new Set(amounts).size).toBe(40);
  expect(amounts.filter((amount) => !(amount >= 2 && amount < 3))).toEqual([]);
});

test('gradients flow as they are', () => {
  const drawn = { amounts: [1, 2, -1], direction: [1, 2, 3, 4], component: 0 };
  expect(augmenterPullbackError(attributeShift(), exampleFeatures(3, 4), drawn).worst).toBeLessThan(1e-6);
});

test('a direction or amounts of another length are refused', () => {
  const rows = features(new Float64Array(4), 2, 2);
  expect(() => shiftRows(rows, [1, 0, 0], [1, 1])).toThrow(
    'shift-rows: expected a direction of 2 numbers and 2 amounts, got 3 and 2',
  );
  expect(() => shiftRows(rows, [1, 0], [1])).toThrow('got 2 and 1');
});
