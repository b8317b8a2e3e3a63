import type { EncodedViews } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { axes, exampleEncodedViews, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { confusionRatio, confusionRatioOf } from '../index.ts';

const six = rows([1, 0], [0.95, 0.1], [0, 1], [0.1, 0.98], [1, 0.12], [0.2, 1]);

obeysMetricLaws(confusionRatio(), [
  { encoded: viewsOf(axes(3), axes(3)), value: 0 },
  // the six views above as two views of three items
  {
    encoded: viewsOf(rows([1, 0], [0, 1], [1, 0.12]), rows([0.95, 0.1], [0.1, 0.98], [0.2, 1])),
    value: 2 / 3,
  },
]);

test('nearest are views 1, 4, 3, 5, 1 and 3: four of them of another source', () => {
  expect(confusionRatioOf(six, [0, 0, 1, 1, 2, 2])).toEqual({ value: expect.closeTo(2 / 3, 12), n: 6, parts: {}, notes: [] });
  // sources by the same pairs of neighbors
  expect(confusionRatioOf(six, [0, 0, 1, 1, 0, 1]).value).toBe(0);
});

test('the length of a view does not matter', () => {
  const long = rows([10, 0], [0.95, 0.1], [0, 7], [0.1, 0.98], [1, 0.12], [2, 10]);
  expect(confusionRatioOf(long, [0, 0, 1, 1, 2, 2]).value).toBeCloseTo(2 / 3, 12);
});

test('a tie goes to the view that comes first', () => {
  const same = rows([1, 0], [1, 0], [1, 0]);
  // nearest are 1, 0 and 0
  expect(confusionRatioOf(same, [0, 1, 0]).value).toBeCloseTo(2 / 3, 12);
});

test('items of one id are one item', async () => {
  const encoded = viewsOf(rows([1, 0], [1, 0.01]), rows([0, 1], [0.01, 1]));
  expect((await confusionRatio().measure(encoded, running())).value).toBe(1);
  const items = [{ id: 'a' }, { id: 'a' }];
  expect((await confusionRatio().measure({ ...encoded, items }, running())).value).toBe(0);
});

test('stronger noise confuses more', async () => {
  const of = async (noise: number) =>
    (await confusionRatio().measure(exampleEncodedViews({ items: 30, width: 3, noise }), running())).value;
  expect(await of(0.01)).toBeLessThan(0.2);
  expect(await of(2)).toBeGreaterThan(0.7);
});

test('too little, and what is no number, has a note', async () => {
  expect((await confusionRatio().measure(viewsOf(axes(3)), running())).notes).toEqual([
    'the confusion ratio needs two views of an item',
  ]);
  expect(confusionRatioOf(rows([1, 0], [0, 0]), [0, 1]).notes).toEqual(['the confusion ratio needs two views that are not 0']);
  expect(confusionRatioOf(rows([Number.NaN, 0], [1, 0]), [0, 1]).value).toBeNaN();
  expect(confusionRatioOf(rows([1, 0], [0, 0], [0, 1]), [0, 1, 1]).notes).toEqual(['1 rows of length 0 were left out']);
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
