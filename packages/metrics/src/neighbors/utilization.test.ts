import { type Features, features } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { utilizationOf } from '../index.ts';

const queries = rows([0, 0], [1, 1]);
const pool = rows([1, 0], [3, 3]);
const none = features(new Float64Array(0), 0, 2);

test('the closest rows are 1 away, with a mixed one half', () => {
  expect(utilizationOf(queries, pool)).toEqual({ value: 1, n: 2, parts: {}, notes: [] });
  expect(utilizationOf(queries, pool, rows([0.5, 0.5]))).toMatchObject({ value: 0.5, parts: { before: 1 } });
});

test('rows that are added never make it worse', () => {
  for (let seed = 0; seed < 20; seed++) {
    const [q, x, more] = [exampleFeatures(5, 3, seed), exampleFeatures(4, 3, 100 + seed), exampleFeatures(2, 3, 200 + seed)];
    const { value, parts } = utilizationOf(q, x, more);
    expect(value).toBeLessThanOrEqual(parts['before']!);
    expect(parts['before']).toBe(utilizationOf(q, x).value);
  }
});

test('queries in the pool are 0 away, however large', () => {
  const far = rows([1e8, 1e8 + 1], [1e8 + 3, 1e8]);
  expect(utilizationOf(far, far).value).toBe(0);
  expect(utilizationOf(rows([1e8, 1e8]), far).value).toBe(1);
});

test('nothing is infinitely far, and no query asks', () => {
  expect(utilizationOf(queries, none).value).toBe(Number.POSITIVE_INFINITY);
  expect(utilizationOf(queries, none, pool)).toMatchObject({ value: 1, parts: { before: Number.POSITIVE_INFINITY } });
  expect(utilizationOf(none, pool)).toMatchObject({ value: Number.NaN, n: 0, notes: ['utilization needs a query'] });
  expect(utilizationOf(queries, rows([Number.NaN, 0])).notes).toEqual(['features are not all finite numbers within 1e70']);
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
