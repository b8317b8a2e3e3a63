import { expect, test } from 'vitest';
import { stack, unstack } from './stack.ts';
import { tensor, values } from './tensor.ts';

const pair = (a: number, b: number) => tensor(Float32Array.of(a, b), [2]);

test('items side by side, in order', () => {
  const batch = stack([pair(1, 2), pair(3, 4), pair(5, 6)]);
  expect([...batch.shape]).toEqual([3, 2]);
  expect([...values(batch)]).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a stack is a copy', () => {
  const item = pair(1, 2);
  const batch = stack([item]);
  item.set(0, 9);
  expect(batch.get(0, 0)).toBe(1);
});

test('items that are strided views are read in row-major order', () => {
  const square = tensor(Float32Array.of(1, 2, 3, 4), [2, 2]);
  expect([...values(stack([square, square.transpose(1, 0)]))]).toEqual([1, 2, 3, 4, 1, 3, 2, 4]);
});

test('the element type is that of the first item', () => {
  expect(stack([tensor(Float64Array.of(0.1), [1])]).data).toBeInstanceOf(Float64Array);
});

test.each([
  ['another length', [pair(1, 2), tensor(new Float32Array(3), [3])], 'stack: item 0 is [2], item 1 is [3]'],
  ['another number of axes', [pair(1, 2), tensor(new Float32Array(2), [1, 2])], 'stack: item 0 is [2], item 1 is [1,2]'],
  ['no item', [], 'stack: expected at least one item, got none'],
])('stack refuses %s', (_, items, message) => {
  expect(() => stack(items)).toThrow(new RangeError(message));
});

test('unstack gives each item back, on the same memory', () => {
  const batch = stack([pair(1, 2), pair(3, 4)]);
  const second = unstack(batch, 1);
  expect([...second.shape]).toEqual([2]);
  expect([...values(second)]).toEqual([3, 4]);
  batch.set(1, 0, 9);
  expect(second.get(0)).toBe(9);
});
