import type { EncodedViews } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { activeUnits, createActiveUnits } from '../index.ts';

obeysMetricLaws(activeUnits(), [
  { encoded: viewsOf(rows([0, 1, 0], [0, 2, 0.5])), value: 2 / 3 },
  { encoded: viewsOf(rows([0, 0], [0, 0])), value: 0 },
]);

test('the mean over all views counts', async () => {
  const { value, n, parts } = await activeUnits().measure(viewsOf(rows([0, -3]), rows([1, 1])), running());
  expect([value, n, parts]).toEqual([1 / 2, 2, { units: 2 }]);
});

test('batches and merged accumulators give what all rows give', () => {
  const all = createActiveUnits(3);
  all.add(rows([0, 1, 0]));
  expect(all.result().value).toBeCloseTo(1 / 3, 12);
  const others = createActiveUnits(3);
  others.add(rows([0, 2, 0.5]));
  all.merge(others);
  expect(all.result()).toMatchObject({ value: expect.closeTo(2 / 3, 12), n: 2 });
});

test('nothing, and what is no number, has a note', () => {
  expect(createActiveUnits(2).result()).toMatchObject({ value: Number.NaN, notes: ['active units need a row'] });
  const broken = createActiveUnits(1);
  broken.add(rows([Number.POSITIVE_INFINITY]));
  expect(broken.result()).toMatchObject({ value: Number.NaN, notes: ['features are not all finite numbers within 1e70'] });
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
