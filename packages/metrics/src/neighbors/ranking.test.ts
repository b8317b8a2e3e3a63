import type { EncodedViews } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { exampleFeatures, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { ranking } from '../index.ts';

// in order of cosine with the first: 1, 2, 3
const fan = rows([1, 0], [1, 0.1], [1, 0.3], [1, 1]);

obeysMetricLaws(ranking(), [
  { encoded: viewsOf([0, 0, 1, 1], rows([1, 0.1], [1, 0.2], [0.1, 1], [0.2, 1])), value: 1 },
  // items 0 and 2 find each other behind item 1; items 1 and 3 have no partner
  { encoded: viewsOf([0, 1, 0, 2], fan), value: (1 / 2 + 1 / 2) / 2 },
]);

test('parts are means over the rows that have a partner', async () => {
  const { parts, n } = await ranking({ k: 2 }).measure(viewsOf([0, 1, 0, 0], fan), running());
  // items 0, 2 and 3 with relevance 0 1 1, 0 1 1 and 1 0 1
  expect(n).toBe(3);
  expect(parts).toEqual({
    precision: expect.closeTo(1 / 2, 12),
    recall: expect.closeTo(1 / 2, 12),
    meanReciprocalRank: expect.closeTo((1 / 2 + 1 / 2 + 1) / 3, 12),
    ndcg: expect.closeTo((2 / Math.log2(3) + 1) / (1 + 1 / Math.log2(3)) / 3, 12),
  });
});

test('ties rank last what is of the class, so collapsed features gain nothing by their order', async () => {
  const same = rows([1, 2], [2, 4], [0.3, 0.6], [5, 10]);
  const { value } = await ranking().measure(viewsOf([0, 0, 1, 1], same), running());
  expect(value).toBeCloseTo(1 / 3, 12);
});

test('items of one id are not searched for', async () => {
  const encoded = viewsOf([0, 0, 1, 1], fan);
  const items = encoded.items.map((item, i) => ({ ...item, id: `${i >> 1}` }));
  expect((await ranking().measure({ ...encoded, items }, running())).notes).toEqual(['ranking needs two items of one class']);
});

test('what has no class or no direction is left out, with notes', async () => {
  const { value, n, notes } = await ranking().measure(
    viewsOf([0, 0, undefined, 1, 0], rows([1, 0], [1, 1], [1, 0], [1, 0.2], [0, 0])),
    running(),
  );
  expect([value, n]).toEqual([expect.closeTo(1 / 2, 12), 2]);
  expect(notes).toEqual(['1 items without a class were left out', '1 rows of length 0 were left out']);
});

test('of too many items a part is measured', async () => {
  const labels = Array.from({ length: 30 }, (_, i) => i % 2);
  const { n, notes } = await ranking({ most: 12 }).measure(viewsOf(labels, exampleFeatures(30, 4)), running());
  expect(n).toBe(12);
  expect(notes).toEqual(['12 of 30 items were chosen at random']);
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function viewsOf(labels: readonly (number | undefined)[], ...views: readonly Features[]): EncodedViews {
  return {
    items: labels.map((label, i) => ({ id: `${i}`, ...(label === undefined ? {} : { label }) })),
    views: { view: views.map((each) => ({ features: each, blend: { kind: 'identity' } })) },
  };
}
