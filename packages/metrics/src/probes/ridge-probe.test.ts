import type { EncodedViews } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { axes, exampleFeatures, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { ridgeLeaveOneOut, ridgeProbe } from '../index.ts';

const corners = rows([1, 0.1], [1, 0.2], [0.1, 1], [0.2, 1]);

obeysMetricLaws(ridgeProbe(), [
  { encoded: viewsOf([0, 0, 1, 1], corners), value: 1 },
  // classes lie across the axes: each item but its own partner says the other class
  { encoded: viewsOf([0, 1, 1, 0], corners), value: 0 },
]);

test('the value is the mean over views, items without a class left out', async () => {
  const [x, y] = [exampleFeatures(8, 3, 1), exampleFeatures(8, 3, 2)];
  const labels = [0, 1, 2, 0, 1, 2, 0, 1];
  const { value, n, parts, notes } = await ridgeProbe().measure(viewsOf([...labels], x, y), running());
  expect(value).toBeCloseTo((ridgeLeaveOneOut(x, labels).value + ridgeLeaveOneOut(y, labels).value) / 2, 12);
  expect([n, parts, notes]).toEqual([16, { classes: 3 }, []]);
  const without = await ridgeProbe().measure(
    viewsOf([0, 0, 1, 1, undefined], rows([1, 0.1], [1, 0.2], [0.1, 1], [0.2, 1], [9, 9])),
    running(),
  );
  expect([without.value, without.n, without.notes]).toEqual([1, 4, ['1 items without a class were left out']]);
});

test('a strong penalty and features that share nothing tell no class', async () => {
  const { value } = await ridgeProbe({ strength: 100 }).measure(viewsOf([0, 1, 2, 3], axes(4)), running());
  expect(value).toBeLessThanOrEqual(1 / 4);
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
