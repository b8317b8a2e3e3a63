import type { EncodedViews } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { exampleEncodedViews, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { falseNegatives } from '../index.ts';

const near = rows([1, 0], [1, 0.1], [0, 1]);

obeysMetricLaws(falseNegatives(), [
  // the other item of class 0 is one of two others for two items, none for the third
  { encoded: viewsOf([0, 0, 1], near, near), value: (0.5 + 0.5 + 0) / 3 },
]);

test('the hardest negative of both items of class 0 is the other one', async () => {
  const { value, parts } = await falseNegatives({ hardest: 1 }).measure(viewsOf([0, 0, 1], near, near), running());
  expect(value).toBeCloseTo(2 / 3, 12);
  expect(parts).toEqual({ topHundredth: expect.closeTo(2 / 3, 12), all: expect.closeTo(1 / 3, 12) });
});

test('items without a class do not count', async () => {
  const { value } = await falseNegatives().measure(viewsOf([0, 0, undefined], near, near), running());
  expect(value).toBe(1);
});

test('without labels there is nothing to say', async () => {
  const { items, ...encoded } = exampleEncodedViews();
  const { value, notes } = await falseNegatives().measure({ ...encoded, items: items.map(({ id }) => ({ id })) }, running());
  expect(value).toBeNaN();
  expect(notes).toEqual(['false negatives need two views of an item with a label, and another item with one']);
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
