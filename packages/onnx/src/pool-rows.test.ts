import { expect, test } from 'vitest';
import type { Layout, Pooling } from './feeding.ts';
import { poolRows } from './pool-rows.ts';

const payload = (shape: readonly number[]) => ({
  type: 'float32' as const,
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
});

test.each([
  ['features as they are', [2, 3], 'auto', 'nchw', [0, 1, 2, 3, 4, 5]],
  ['one number an item', [3], 'auto', 'nchw', [0, 1, 2]],
  ['the mean of tokens', [2, 2, 3], 'auto', 'nchw', [1.5, 2.5, 3.5, 7.5, 8.5, 9.5]],
  ['the first token', [2, 2, 3], 'cls', 'nchw', [0, 1, 2, 6, 7, 8]],
  ['the mean of planar maps', [1, 2, 2, 2], 'mean', 'nchw', [1.5, 5.5]],
  ['the mean of interleaved maps', [1, 2, 2, 2], 'mean', 'nhwc', [3, 4]],
  ['every number', [1, 2, 2], 'none', 'nchw', [0, 1, 2, 3]],
] as [string, number[], Pooling, Layout, number[]][])('%s', (_, shape, pooling, layout, expected) => {
  expect([...poolRows(payload(shape), shape[0]!, pooling, layout, 'm')]).toEqual(expected);
});

test('another number of rows than items is MODEL_OUTPUT', () => {
  expect(() => poolRows(payload([3, 2]), 2, 'auto', 'nchw', 'm')).toThrow(
    expect.objectContaining({
      code: 'MODEL_OUTPUT',
      message: 'm: expected a float32 output with 2 rows, one for each item, got [3,2]',
    }),
  );
});
