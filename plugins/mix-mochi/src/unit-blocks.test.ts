import { features, tensor, unitRows, values } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { unitBlock } from './unit-blocks.ts';

const given = features(Float32Array.of(3, 4, 0, 0, 0, -2), 3, 2);
const unit = [0.6, 0.8, 0, 0, 0, -1].map(Math.fround);

test('rows come at length 1, and zeros stay zeros', () => {
  for (const isFrozen of [true, false]) {
    const { rows, isBroken } = unitBlock(given, isFrozen);
    for (const [at, value] of unit.entries()) expect(values(rows)[at]).toBeCloseTo(value, 6);
    expect(isBroken).toBe(false);
  }
});

test('a frozen block of rows of length 1 is given back as it is, any other as a copy that is made once', () => {
  const queue = unitRows(features(Float32Array.from(values(exampleFeatures(20, 5, 1))), 20, 5)).rows;
  expect(unitBlock(queue, true).rows).toBe(queue);
  const again = tensor(values(queue).subarray(0, 100) as Float32Array, [20, 5]); // a window on the same memory
  expect(unitBlock(again, true).rows).toBe(queue);
  expect(unitBlock(given, true).rows).toBe(unitBlock(given, true).rows);
});

test('a block that may be written to is looked over each time', () => {
  const block = features(Float32Array.of(2, 0), 1, 2);
  expect([...values(unitBlock(block, false).rows)]).toEqual([1, 0]);
  values(block).set([0, 5]);
  expect([...values(unitBlock(block, false).rows)]).toEqual([0, 1]);
});

test('windows of one memory are told apart by where they begin and by their shape', () => {
  const memory = Float32Array.of(2, 0, 0, 3);
  expect([...values(unitBlock(tensor(memory.subarray(0, 2), [1, 2]), true).rows)]).toEqual([1, 0]);
  expect([...values(unitBlock(tensor(memory.subarray(2, 4), [1, 2]), true).rows)]).toEqual([0, 1]);
  expect([...values(unitBlock(tensor(memory, [1, 4]), true).rows)].map((x) => x.toFixed(3))).toEqual([
    '0.555',
    '0.000',
    '0.000',
    '0.832',
  ]);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e30])(
  'a row that holds %d is NaN throughout, and said to be broken',
  (value) => {
    for (const isFrozen of [true, false]) {
      const { rows, isBroken } = unitBlock(features(Float32Array.of(1, 0, value, 0), 2, 2), isFrozen);
      expect(isBroken).toBe(value !== 1e30); // 1e60 is a float64
      if (isBroken) expect([...values(rows)]).toEqual([1, 0, Number.NaN, Number.NaN]);
    }
  },
);
