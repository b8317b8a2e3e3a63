import { type Features, features, tensor } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { openRowStack } from './row-stack.ts';

const block = (rows: number, from: number): Features =>
  features(
    Float32Array.from({ length: 2 * rows }, (_, i) => from + i),
    rows,
    2,
  );

/** Rows as a session is fed with them, and brought back. */
function given(stack: ReturnType<typeof openRowStack>, blocks: readonly Features[]): number[] {
  const array = stack.give({ blocks });
  expect(array.shape).toEqual([blocks.reduce((sum, { shape }) => sum + shape[0]!, 0), 2]);
  const found = [...(array.data as Float32Array)];
  stack.take(array);
  return found;
}

test('blocks lie below each other, and only those that are new are copied', () => {
  const stack = openRowStack();
  const [a, b, c] = [block(2, 0), block(1, 10), block(3, 20)];
  const first = [0, 1, 2, 3, 10, 11, 20, 21, 22, 23, 24, 25];
  expect(given(stack, [a, b, c])).toEqual(first);
  expect(stack.copied()).toBe(3);
  expect(given(stack, [a, b, c])).toEqual(first);
  expect(stack.copied()).toBe(3);
  expect(given(stack, [a, block(1, 30), c])).toEqual([0, 1, 2, 3, 30, 31, 20, 21, 22, 23, 24, 25]);
  expect(stack.copied()).toBe(4);
});

test('a window on the same memory is the same block, one on another part is not', () => {
  const stack = openRowStack();
  const memory = Float32Array.from({ length: 8 }, (_, i) => i);
  const window = (row: number) => tensor(memory.subarray(2 * row, 2 * row + 4), [2, 2]);
  given(stack, [window(0)]);
  given(stack, [window(0)]);
  expect(stack.copied()).toBe(1);
  expect(given(stack, [window(1)])).toEqual([2, 3, 4, 5]);
  expect(stack.copied()).toBe(2);
});

test('more rows, fewer rows, and blocks that move', () => {
  const stack = openRowStack();
  const [a, b] = [block(1, 0), block(2, 10)];
  given(stack, [a]);
  expect(given(stack, [a, b])).toEqual([0, 1, 10, 11, 12, 13]); // grew: both copied
  expect(stack.copied()).toBe(3);
  expect(given(stack, [b])).toEqual([10, 11, 12, 13]); // moved
  expect(given(stack, [b, a])).toEqual([10, 11, 12, 13, 0, 1]);
  expect(stack.copied()).toBe(5);
});

test('memory that did not come back is made anew, with all blocks', () => {
  const stack = openRowStack();
  const a = block(2, 0);
  stack.give({ blocks: [a] });
  expect(given(stack, [a])).toEqual([0, 1, 2, 3]);
  expect(stack.copied()).toBe(2);
});

test('float64 is refused', () => {
  expect(() => openRowStack().give({ blocks: [tensor(new Float64Array(2), [1, 2])] })).toThrow(TypeError);
});
