import type { EncodedViews } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { exampleEncodedViews, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { knn } from '../index.ts';

const corners = rows([1, 0.1], [1, 0.2], [0.1, 1], [0.2, 1]);

obeysMetricLaws(knn({ k: 1 }), [
  { encoded: viewsOf([0, 0, 1, 1], corners), value: 1 },
  { encoded: viewsOf([0, 1, 0, 1], corners), value: 0 },
]);

test('views of the same item do not vote', async () => {
  // every view is nearest to the other one of its item, and items of a class are far apart
  const { value, n } = await knn({ k: 1 }).measure(viewsOf([0, 1, 0, 1], corners, corners), running());
  expect([value, n]).toEqual([0, 8]);
});

test('items of one id do not vote for each other', async () => {
  const encoded = viewsOf([0, 0, 1, 1], corners);
  const items = encoded.items.map((item, i) => ({ ...item, id: `${i >> 1}` }));
  expect((await knn({ k: 1 }).measure({ ...encoded, items }, running())).value).toBe(0);
});

test('items without a class are left out, with a note', async () => {
  const { value, n, parts, notes } = await knn({ k: 1 }).measure(viewsOf([0, 0, undefined, 1], corners, corners), running());
  expect([value, n, parts['chance']]).toEqual([expect.closeTo(2 / 3, 12), 6, expect.closeTo(2 / 3, 12)]);
  expect(notes).toEqual(['1 items without a class were left out']);
});

test('without classes there is nothing to vote for', async () => {
  const found = await knn().measure(viewsOf([undefined, undefined, undefined, undefined], corners), running());
  expect(found.value).toBeNaN();
  expect(found.notes).toEqual(['4 items without a class were left out', 'voting needs a row and a neighbor with a class']);
});

test('an aborted run rejects with its own reason', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(knn().measure(exampleEncodedViews(), { signal })).rejects.toThrow('enough');
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
