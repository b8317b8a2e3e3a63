import type { EncodedViews } from '@viewforge/core';
import { dotRows, type Features, features, unitRows, values } from '@viewforge/tensor';
import { exampleFeatures, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { createTolerance, tolerance, toleranceOf } from '../index.ts';

const small = rows([2, 0], [1, 0], [0, 3], [0, 1]);

obeysMetricLaws(tolerance(), [
  { encoded: oneView(small, [0, 0, 1, 1]), value: 1 },
  { encoded: oneView(small, [0, 1, 1, 0]), value: 0 },
  // one pair of cosine 1 and two of cosine 0
  { encoded: oneView(small, [0, 0, 0, 1]), value: 1 / 3 },
]);

test('classes lie apart by the mean cosine between them', async () => {
  const { parts } = await tolerance().measure(oneView(rows([1, 0], [2, 0], [-1, 0], [-3, 0]), [0, 0, 4, 4]), running());
  expect(parts).toEqual({ between: expect.closeTo(-1, 12), gap: expect.closeTo(2, 12) });
});

test('sums of classes give what all pairs give', () => {
  const [n, d] = [30, 5];
  const x = exampleFeatures(n, d);
  const labels = Int32Array.from({ length: n }, (_, i) => (i * i) % 4);
  const u = values(unitRows(features(Float64Array.from(values(x)), n, d)).rows);
  const found = { same: [] as number[], other: [] as number[] };
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) found[labels[i] === labels[j] ? 'same' : 'other'].push(dotRows(u, i, u, j, d));
  }
  const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  const { value, parts } = toleranceOf(x, labels);
  expect(value).toBeCloseTo(mean(found.same), 12);
  expect(parts['between']).toBeCloseTo(mean(found.other), 12);
});

test.each([[[12]], [[1, 11]], [[5, 0, 4, 3]]])('batches of %j rows give one value', (sizes) => {
  const x = exampleFeatures(12, 3);
  const labels = Array.from({ length: 12 }, (_, i) => i % 3);
  const all = createTolerance(3);
  let from = 0;
  for (const size of sizes) {
    all.add({
      rows: features(values(x).slice(from * 3, (from + size) * 3), size, 3),
      labels: labels.slice(from, from + size),
    });
    from += size;
  }
  expect(all.result()).toEqual(toleranceOf(x, labels));
});

test('accumulators of parts can be merged', () => {
  const x = rows([1, 2], [3, -1], [0, 0], [0.5, 4], [2, 2]);
  const labels = [0, 1, 0, 0, 1];
  const [some, others] = [createTolerance(2), createTolerance(2)];
  some.add({ rows: rows([1, 2], [3, -1]), labels: [0, 1] });
  others.add({ rows: rows([0, 0], [0.5, 4], [2, 2]), labels: [0, 0, 1] });
  some.merge(others);
  const { value, n, parts, notes } = some.result();
  const expected = toleranceOf(x, labels);
  expect([n, notes]).toEqual([expected.n, expected.notes]);
  expect([value, parts['between']]).toEqual([expected.value, expected.parts['between']].map((each) => expect.closeTo(each!, 12)));
});

test('items without a class, and rows of length 0, are left out with a note', async () => {
  const { value, n, notes } = await tolerance().measure(
    oneView(rows([1, 0], [1, 0], [0, 0], [0, 1]), [0, 0, 0, undefined]),
    running(),
  );
  expect([value, n]).toEqual([expect.closeTo(1, 12), 3 - 1]);
  expect(notes).toEqual(['1 items without a class were left out', '1 rows of length 0 were left out']);
});

test('no class of two items is nothing to measure', async () => {
  const { value, notes } = await tolerance().measure(oneView(rows([1, 0], [0, 1]), [0, 1]), running());
  expect([value, notes]).toEqual([Number.NaN, ['tolerance needs two items of one class']]);
  expect(toleranceOf(rows([Number.NaN, 0]), [0]).notes).toEqual(['features are not all finite numbers within 1e70']);
});

test('one class alone has nothing between classes', () => {
  expect(toleranceOf(rows([1, 0], [1, 0]), [3, 3]).parts).toEqual({});
});

test('rows with a label below 0 are of no class, not of one class', () => {
  const x = rows([1, 0], [0.6, 0.8], [0, 1], [-1, 0]);
  expect(toleranceOf(x, [2, 2, -1, -1])).toEqual({ ...toleranceOf(rows([1, 0], [0.6, 0.8]), [2, 2]), notes: [] });
});

test('labels and widths that do not fit are named', () => {
  const all = createTolerance(2);
  expect(() => all.add({ rows: small, labels: [0] })).toThrow('expected 4 labels, one a row, got 1');
  expect(() => all.add({ rows: rows([1]), labels: [0] })).toThrow('expected rows of 2 numbers, got [1,1]');
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function oneView(x: Features, labels: readonly (number | undefined)[]): EncodedViews {
  const items = labels.map((label, i) => ({ id: `${i}`, ...(label === undefined ? {} : { label }) }));
  return { items, views: { view: [{ features: x, blend: { kind: 'identity' } }] } };
}
