import { pairs } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Features, features } from '@viewforge/tensor';
import { describe, expect, test } from 'vitest';
import { cosinesOf, type Distance, distancesOf } from './distances.ts';

const random = createRandom('distances');
const normal = (n: number, d: number): Features =>
  features(
    Float64Array.from({ length: n * d }, () => random.normal(0, 1)),
    n,
    d,
  );
const rowOf = (x: Features, row: number): number[] => Array.from({ length: x.shape[1]! }, (_, e) => x.get(row, e));
const length = (row: readonly number[]): number => Math.hypot(...row);
const minus = (a: readonly number[], b: readonly number[]): number[] => a.map((value, e) => value - b[e]!);
const unit = (row: readonly number[]): number[] => row.map((value) => value / length(row));
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, e) => sum + value * b[e]!, 0);

/** Written out. */
const formulas: Readonly<Record<Distance['distance'], (a: number[], b: number[]) => number>> = {
  euclidean: (a, b) => length(minus(a, b)),
  'squared-euclidean': (a, b) => length(minus(a, b)) ** 2,
  cosine: (a, b) => 1 - dot(unit(a), unit(b)),
};
const kinds = (['euclidean', 'squared-euclidean', 'cosine'] as const).flatMap((distance) =>
  (['unit', 'raw'] as const).map((rows) => ({ distance, rows })),
);

describe.each(kinds)('$distance of $rows rows', ({ distance, rows }) => {
  const made = rows === 'unit' ? unit : (row: number[]) => row;
  // sizes around twos, fours and eights, which are computed together
  test.each([
    [1, [1]],
    [3, [5]],
    [9, [2, 0, 7]],
    [8, [4, 4]],
    [17, [13, 1, 6]],
  ])('of %d queries to keys in blocks of %j', (n, sizes) => {
    const [queries, keys] = [normal(n, 5), sizes.map((size) => normal(size, 5))];
    const columns = keys.flatMap((block) => Array.from({ length: block.shape[0]! }, (_, row) => rowOf(block, row)));
    const batch = {
      ...pairs(queries, queries),
      keys,
      targets: {
        kind: 'sparse',
        offsets: new Int32Array(n + 1),
        columns: new Int32Array(0),
        values: new Float32Array(0),
      } as const,
    };
    const found = distancesOf(batch, { distance, rows }, 'here');
    for (const row of [...Array(n).keys(), 0]) {
      const away = found(row);
      expect(away).toHaveLength(columns.length);
      for (const [column, key] of columns.entries())
        expect(away[column]).toBeCloseTo(formulas[distance](made(rowOf(queries, row)), made(key)), 12);
    }
  });
});

test('a row is at distance 0 of itself to the bit, and of any other scale of it nearly', () => {
  const x = features(Float64Array.of(1, 2, 3, 3, 6, 9), 2, 3);
  const away = distancesOf(pairs(x, x), { distance: 'euclidean', rows: 'unit' }, 'here')(0);
  expect(away[0]).toBe(0);
  expect(away[1]).toBeLessThan(1e-15); // one rounding a feature
});

test('a row of zeros is at distance 1 of every direction and at 0 of itself', () => {
  const x = features(Float64Array.of(0, 0, 3, 4), 2, 2);
  expect([...distancesOf(pairs(x, x), { distance: 'euclidean', rows: 'unit' }, 'here')(0)]).toEqual([0, 1]);
  expect([...cosinesOf(pairs(x, x), 'here')(0)]).toEqual([0, 0]);
});
