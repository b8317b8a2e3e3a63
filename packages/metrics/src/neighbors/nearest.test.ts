import { dotRows, type Features, features, topK, values } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { eachNearest, type Nearness } from '../index.ts';

// sizes around the blocks of 16 queries, 64 keys, 2 rows and 4 keys at a time
const sizes = [1, 2, 3, 15, 17, 33].flatMap((n) => [1, 2, 5, 63, 64, 65, 131].map((m) => [n, m] as const));

test.each(sizes)('%i queries among %i keys find what a full sort finds', (n, m) => {
  const [queries, keys] = [exampleFeatures(n, 7, 1), exampleFeatures(m, 7, 2)];
  const [a, b] = [values(queries), values(keys)];
  for (const nearness of ['product', 'distance'] as const) {
    const visited: number[] = [];
    eachNearest({ queries, keys, nearness }, 5, (query, nearest) => {
      visited.push(query);
      const scores = Array.from({ length: m }, (_, key) => scoreOf(a, query, b, key, nearness));
      const expected = topK(scores, 5);
      expect([...nearest.keys]).toEqual(expected);
      expect([...nearest.scores]).toEqual(expected.map((key) => scores[key]));
    });
    expect(visited).toEqual([...Array(n).keys()]);
  }
});

test('ties go to the lower index', () => {
  const keys = rows([1, 0], [0, 1], [1, 0], [1, 0], [2, 0]);
  eachNearest({ queries: rows([1, 0]), keys, nearness: 'product' }, 3, (_, nearest) => {
    expect([...nearest.keys]).toEqual([4, 0, 2]);
  });
});

test('keys that are left out are not found, and fewer than asked for is fine', () => {
  const found: number[][] = [];
  const x = rows([1, 0], [0, 1], [1, 1]);
  eachNearest(
    { queries: x, keys: x, nearness: 'distance' },
    9,
    (_, nearest) => found.push([...nearest.keys]),
    (query, key) => query !== key,
  );
  expect(found).toEqual([
    [2, 1],
    [2, 0],
    [0, 1],
  ]);
});

test('nothing among nothing', () => {
  const none = features(new Float64Array(0), 0, 3);
  const found: number[] = [];
  eachNearest({ queries: none, keys: rows([1]), nearness: 'product' }, 2, (query) => found.push(query));
  expect(found).toEqual([]);
  eachNearest({ queries: rows([1]), keys: none, nearness: 'product' }, 2, (_, { keys }) => found.push(keys.length));
  expect(found).toEqual([0]);
});

test('widths that differ are named', () => {
  expect(() => eachNearest({ queries: rows([1, 0]), keys: rows([1]), nearness: 'product' }, 1, () => {})).toThrow(
    'expected keys [m, 2] for queries [1, 2], got [1, 1]',
  );
});

function scoreOf(a: Values, i: number, b: Values, j: number, nearness: Nearness): number {
  if (nearness === 'product') return dotRows(a, i, b, j, 7);
  let sum = 0;
  for (let e = 0; e < 7; e++) sum += (a[i * 7 + e]! - b[j * 7 + e]!) ** 2;
  return -sum;
}

type Values = Float32Array | Float64Array;

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
