import { describe, expect, test } from 'vitest';
import type { Layout, Pooling, TakenOutput } from './feeding.ts';
import { poolRows } from './pool-rows.ts';

const payload = (shape: readonly number[]) => ({
  type: 'float32' as const,
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
});
const taken = (pooling: Pooling, more: Partial<TakenOutput> = {}): TakenOutput => ({
  output: 'y',
  pooling,
  classTokens: 0,
  layout: 'nchw',
  item: undefined,
  ...more,
});
const pool = (shape: readonly number[], output: TakenOutput, mask?: readonly number[]) => {
  const { rows, item } = poolRows(payload(shape), shape[0]!, output, mask && Int32Array.from(mask), 'm');
  return { rows: [...rows], item };
};

test.each([
  ['features as they are', [2, 3], 'auto', 'nchw', [0, 1, 2, 3, 4, 5], [3]],
  ['one number an item', [3], 'auto', 'nchw', [0, 1, 2], []],
  ['the mean of tokens', [2, 2, 3], 'auto', 'nchw', [1.5, 2.5, 3.5, 7.5, 8.5, 9.5], [3]],
  ['the first token', [2, 2, 3], 'cls', 'nchw', [0, 1, 2, 6, 7, 8], [3]],
  ['the last token', [2, 2, 3], 'last', 'nchw', [3, 4, 5, 9, 10, 11], [3]],
  ['the maximum of tokens', [2, 2, 3], 'max', 'nchw', [3, 4, 5, 9, 10, 11], [3]],
  ['the mean of planar maps', [1, 2, 2, 2], 'mean', 'nchw', [1.5, 5.5], [2]],
  ['the maximum of planar maps', [1, 2, 2, 2], 'max', 'nchw', [3, 7], [2]],
  ['the mean of interleaved maps', [1, 2, 2, 2], 'mean', 'nhwc', [3, 4], [2]],
  ['every number', [1, 2, 2], 'none', 'nchw', [0, 1, 2, 3], [2, 2]],
] as [string, number[], Pooling, Layout, number[], number[]][])('%s', (_, shape, pooling, layout, rows, item) => {
  expect(pool(shape, taken(pooling, { layout }))).toEqual({ rows, item });
});

test('class tokens are left out of means and maxima, and stand beside the mean where both are asked for', () => {
  const shape = [1, 4, 2]; // tokens [0, 1], [2, 3], [4, 5], [6, 7]
  expect(pool(shape, taken('mean', { classTokens: 1 })).rows).toEqual([4, 5]);
  expect(pool(shape, taken('mean', { classTokens: 2 })).rows).toEqual([5, 6]);
  expect(pool(shape, taken('max', { classTokens: 3 })).rows).toEqual([6, 7]);
  expect(pool(shape, taken('cls+mean', { classTokens: 1 }))).toEqual({ rows: [0, 1, 4, 5], item: [4] });
  expect(pool([1, 2, 2, 2], taken('mean', { classTokens: 1 })).rows).toEqual([1.5, 5.5]); // maps have none
});

describe('a mask', () => {
  const shape = [2, 3, 1]; // tokens 0, 1, 2 and 3, 4, 5
  test.each([
    ['mean', [0.5, 5]],
    ['auto', [0.5, 5]],
    ['max', [1, 5]],
    ['last', [1, 5]],
    ['cls', [0, 3]],
  ] as const)('says what %s is of', (pooling, rows) => {
    expect(pool(shape, taken(pooling), [1, 1, 0, 0, 0, 1]).rows).toEqual(rows);
  });

  test('that keeps class tokens alone leaves nothing to pool', () => {
    expect(() => pool(shape, taken('mean', { classTokens: 1 }), [1, 1, 0, 1, 0, 0])).toThrow(
      expect.objectContaining({
        code: 'MODEL_OUTPUT',
        message: 'm: expected a token to pool in every row, got none in row 1: the mask and 1 class tokens leave out all 3',
      }),
    );
  });

  test('of another number of tokens is MODEL_OUTPUT', () => {
    expect(() => pool(shape, taken('mean'), [1, 1, 1, 1])).toThrow(
      expect.objectContaining({ message: 'm: expected 2 tokens in "y", one for each that is fed, got [2,3,1]' }),
    );
  });
});

test('the maximum of what is no number is none', () => {
  const data = Float32Array.of(1, Number.NaN, 3);
  const { rows } = poolRows({ type: 'float32', shape: [1, 3, 1], data }, 1, taken('max'), undefined, 'm');
  expect(rows).toEqual(Float32Array.of(Number.NaN));
});

test('another number of rows than items is MODEL_OUTPUT', () => {
  expect(() => poolRows(payload([3, 2]), 2, taken('auto'), undefined, 'm')).toThrow(
    expect.objectContaining({
      code: 'MODEL_OUTPUT',
      message: 'm: expected a float32 output "y" with 2 rows, one for each item, got [3,2]',
    }),
  );
});
