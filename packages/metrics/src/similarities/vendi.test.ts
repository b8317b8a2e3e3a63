import type { EncodedViews } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { axes, exampleEncodedViews, exampleFeatures, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { vendi, vendiOfRows } from '../index.ts';

const sixty = rows([1, 0], [0.5, Math.sqrt(0.75)]); // a cosine of 0.5

obeysMetricLaws(vendi(), [
  { encoded: viewsOf(axes(4)), value: 4 },
  { encoded: viewsOf(sixty), value: 1.754765, tolerance: 1e-6 },
]);
obeysMetricLaws(vendi({ among: 'views' }), [
  { encoded: viewsOf(axes(4), axes(4)), value: 1 },
  // the views of item 0 are half alike, those of item 1 at right angles
  { encoded: viewsOf(rows([1, 0], [1, 0]), rows([0.5, Math.sqrt(0.75)], [0, 1])), value: (1.754765 + 2) / 2, tolerance: 1e-6 },
]);

test('the order is an option, and parts hold the common ones', async () => {
  const { value, parts } = await vendi({ order: 2 }).measure(viewsOf(sixty), running());
  expect(value).toBeCloseTo(1.6, 12);
  expect(parts).toEqual({
    order0: 2,
    order1: expect.closeTo(1.754765, 6),
    order2: expect.closeTo(1.6, 12),
    orderInfinity: expect.closeTo(4 / 3, 12),
  });
});

test('rows of length 0 are left out, with a note', async () => {
  const { value, n, notes } = await vendi().measure(viewsOf(rows([1, 0], [0, 0], [0, 1])), running());
  expect([value, n, notes]).toEqual([expect.closeTo(2, 12), 2, ['1 rows of length 0 were left out']]);
});

test('of too many items a part is measured, unless rows are narrow', async () => {
  const wide = viewsOf(exampleFeatures(20, 30));
  const some = await vendi({ most: 10 }).measure(wide, running());
  expect(some.n).toBe(10);
  expect(some.value).toBeLessThanOrEqual(10);
  expect(some.notes).toEqual(['10 of 20 items were chosen at random']);
  const narrow = exampleFeatures(20, 5);
  const { value, notes } = await vendi({ most: 10 }).measure(viewsOf(narrow), running());
  expect(value).toBeCloseTo(vendiOfRows(narrow).value, 12);
  expect(notes).toEqual([]);
});

test('items are more different than the views of one', async () => {
  const encoded = exampleEncodedViews({ items: 8, views: 8, width: 16, noise: 0.1 });
  const items = await vendi().measure(encoded, running());
  const views = await vendi({ among: 'views' }).measure(encoded, running());
  expect(items.value).toBeGreaterThan(2 * views.value);
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function viewsOf(...views: readonly Features[]): EncodedViews {
  return {
    items: Array.from({ length: views[0]!.shape[0]! }, (_, i) => ({ id: `${i}` })),
    views: { view: views.map((each) => ({ features: each, blend: { kind: 'identity' } })) },
  };
}
