import type { EncodedViews } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { exampleEncodedViews, exampleFeatures, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { uniformity, uniformityOf } from './index.ts';

const circle = rows([1, 0], [0, 1], [1, 1]);

obeysMetricLaws(uniformity(), [
  { encoded: oneView(circle), value: -1.547913, tolerance: 1e-6 },
  { encoded: oneView(rows([1, 0.2], [0.1, 1], [1, 1])), value: -1.124207, tolerance: 1e-6 },
]);

test('collapsed features are not uniform at all', () => {
  expect(uniformityOf(rows([1, 2], [2, 4], [0.5, 1]))).toBeCloseTo(0, 12);
});

test.each([2, 500])('two opposite rows are as far apart as can be at t = %d', (t) => {
  expect(uniformityOf(rows([1, 0], [-2, 0]), t)).toBeCloseTo(-4 * t, 9);
});

test('a simplex of n corners has one distance: -2t n / (n - 1)', () => {
  const corners = Array.from({ length: 5 }, (_, i) => Array.from({ length: 5 }, (_, j) => (i === j ? 4 : -1)));
  expect(uniformityOf(rows(...corners))).toBeCloseTo((-4 * 5) / 4, 12);
});

test('the value is the mean over the views', async () => {
  const encoded = exampleEncodedViews();
  const [first, second] = encoded.views['view']!.map((view) => uniformityOf(view.features));
  const { value, n, parts } = await uniformity().measure(encoded, running());
  expect(value).toBeCloseTo((first! + second!) / 2, 12);
  expect([n, parts['view-1']]).toEqual([12, second]);
});

test('one item is too few', async () => {
  expect(uniformityOf(rows([1, 0]))).toBeNaN();
  expect((await uniformity().measure(oneView(rows([1, 0], [0, 0])), running())).notes).toHaveLength(1);
});

test('of too many items the same part is measured in any order, and a note says so', async () => {
  const n = 300;
  const values = exampleFeatures(n, 2, 3);
  const order = Array.from({ length: n }, (_, i) => n - 1 - i);
  const turned = features(Float32Array.from(order.flatMap((i) => [values.get(i, 0), values.get(i, 1)])), n, 2);
  const there = await uniformity({ most: 200 }).measure(oneView(values), running());
  const back = await uniformity({ most: 200 }).measure(oneView(turned, order), running());
  expect(there.n).toBe(200);
  expect(there.notes).toEqual(['200 of 300 items were chosen at random']);
  expect(back.value).toBeCloseTo(there.value, 9);
  expect((await uniformity({ most: 200, seed: 1 }).measure(oneView(values), running())).value).not.toBe(there.value);
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function oneView(values: Features, ids: readonly number[] = [...Array(values.shape[0]).keys()]): EncodedViews {
  return { items: ids.map((id) => ({ id: `${id}` })), views: { view: [{ features: values, blend: { kind: 'identity' } }] } };
}
