import { type Features, features } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { vendiOfItems, vendiOfRows, vendiOfSimilarities } from '../index.ts';

const half = rows([1, 0.5], [0.5, 1]);

test.each([
  [1, 1.754765],
  [2, 1.6],
  [Number.POSITIVE_INFINITY, 4 / 3],
  [0, 2],
])('two items that are half alike, at order %d', (order, expected) => {
  expect(vendiOfSimilarities(half, { order }).value).toBeCloseTo(expected, 6);
});

test('weights count as often as they say', () => {
  expect(vendiOfSimilarities(half, { weights: [0.75, 0.25] }).value).toBeCloseTo(1.575771, 6);
  // three of the one and one of the other
  const repeated = ['a', 'a', 'a', 'b'];
  const alike = (a: string, b: string): number => (a === b ? 1 : 0.5);
  expect(vendiOfItems(repeated, alike).value).toBeCloseTo(vendiOfItems(['a', 'b'], alike, { weights: [3, 1] }).value, 12);
});

test.each([
  ['all different', (i: number, j: number) => Number(i === j), 3],
  ['all alike', () => 1, 1],
] as const)('three items, %s', (_, similarity, expected) => {
  expect(vendiOfItems([0, 1, 2], similarity).value).toBeCloseTo(expected, 12);
});

test('one item is one', () => {
  expect(vendiOfSimilarities(rows([1])).value).toBe(1);
});

test.each([0, 0.5, 1, 2, Number.POSITIVE_INFINITY])(
  'order %d: a whole set twice is as diverse as once, and turning it changes nothing',
  (order) => {
    const x = [
      [1, 2],
      [3, -1],
      [0.5, 4],
    ] as const;
    const once = vendiOfRows(rows(...x), { order }).value;
    expect(once).toBeGreaterThanOrEqual(1);
    expect(once).toBeLessThanOrEqual(3);
    expect(vendiOfRows(rows(...x, ...x), { order }).value).toBeCloseTo(once, 10);
    expect(vendiOfRows(rows(...x.map(([a, b]) => [0.6 * a - 0.8 * b, 0.8 * a + 0.6 * b])), { order }).value).toBeCloseTo(
      once,
      10,
    );
    expect(vendiOfRows(rows(...[...x].reverse()), { order }).value).toBeCloseTo(once, 10);
  },
);

test.each([
  [5, 3],
  [3, 5],
  [4, 4],
])('rows [%i, %i]: both forms agree, at any order and with weights', (n, d) => {
  const x = exampleFeatures(n, d);
  const weights = Array.from({ length: n }, (_, i) => i + 1);
  for (const order of [0.5, 1, 2]) {
    const gram = vendiOfRows(x, { form: 'gram', order, weights });
    const dual = vendiOfRows(x, { form: 'dual', order, weights });
    expect(dual.value).toBeCloseTo(gram.value, 9);
    expect(vendiOfRows(x, { order, weights }).value).toBeCloseTo(gram.value, 9);
  }
});

test('high orders come to that of infinity, and none overflows', () => {
  const { value, parts } = vendiOfSimilarities(half, { order: 5000 });
  expect(value).toBeCloseTo(parts['orderInfinity']!, 3); // (3/4)^(order / (order - 1))
  expect(vendiOfSimilarities(half, { order: 1 + 1e-7 }).value).toBeCloseTo(parts['order1']!, 5);
});

test('normalized similarities are those of items of length 1', () => {
  const { value, notes } = vendiOfSimilarities(rows([4, 3], [3, 9]), { normalized: true });
  expect(value).toBeCloseTo(vendiOfSimilarities(half).value, 12);
  expect(notes).toEqual([]);
  expect(vendiOfSimilarities(rows([4, 3], [3, 9])).notes).toEqual([
    'items are not similar to themselves by 1: the score is no number of items',
  ]);
});

test('similarities that are no inner products are noted, and so are directions that differ', () => {
  const { parts, notes } = vendiOfSimilarities(rows([1, 2], [2, 1]));
  expect(parts['smallest']).toBeCloseTo(-0.5, 12);
  expect(notes).toEqual([expect.stringMatching(/^similarities are no inner products: an eigenvalue is -0.[45]/)]);
  const skew = vendiOfSimilarities(rows([1, 0.8], [0.2, 1]));
  expect(skew.notes).toEqual(['similarities are not symmetric: the mean of both directions counts']);
  expect(skew.value).toBeCloseTo(1.754765, 6);
});

test('rows of length 0 are left out, with their weights', () => {
  const { value, n, notes } = vendiOfRows(rows([2, 0], [0, 0], [0, 5]), { weights: [1, 100, 1] });
  expect([value, n]).toEqual([expect.closeTo(2, 12), 2]);
  expect(notes).toEqual(['1 rows of length 0 were left out']);
});

test('the score of nothing is NaN, and a note says why', () => {
  const found = [
    vendiOfRows(features(new Float64Array(0), 0, 3)),
    vendiOfRows(rows([0, 0])),
    vendiOfRows(rows([Number.NaN, 0])),
    vendiOfSimilarities(features(new Float64Array(0), 0, 0)),
    vendiOfSimilarities(rows([0])),
    vendiOfItems([], () => 1),
    vendiOfItems([1], () => Number.NaN),
  ];
  for (const { value, n, notes } of found) expect([value, n, notes.length]).toEqual([Number.NaN, 0, 1]);
});

test('what does not fit is named', () => {
  expect(() => vendiOfSimilarities(rows([1, 0]))).toThrow('expected similarities [n, n], got [1,2]');
  expect(() => vendiOfSimilarities(half, { weights: [1] })).toThrow('expected 2 weights, got 1');
  expect(() => vendiOfSimilarities(half, { weights: [1, -1] })).toThrow('expected finite weights of at least 0');
  expect(() => vendiOfSimilarities(half, { order: -1 })).toThrow('expected an order of at least 0, got -1');
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
