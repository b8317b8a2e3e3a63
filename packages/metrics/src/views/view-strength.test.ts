import type { EncodedViews } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { exampleEncodedViews, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { viewStrength } from '../index.ts';

const item = rows([1, 0], [0, 2]);

obeysMetricLaws(viewStrength(), [
  { encoded: viewsOf({ view: [item, item] }), value: 0 },
  // cosines .6 and 0, then -1 and 1
  { encoded: viewsOf({ view: [item, rows([3, 4], [1, 0]), rows([-1, 0], [0, 1])] }), value: (0.4 + 1 + 2 + 0) / 4 },
]);

test('parts are named by view', async () => {
  const { parts, n } = await viewStrength().measure(viewsOf({ view: [item, rows([3, 4], [1, 0]), item] }), running());
  expect(parts).toEqual({ 'view-1': expect.closeTo(0.7, 12), 'view-2': expect.closeTo(0, 12) });
  expect(n).toBe(4);
});

test('the originals may be a role of their own', async () => {
  const encoded = viewsOf({ clean: [item], crop: [rows([3, 4], [0, 1])] });
  const { value, parts } = await viewStrength({ role: 'crop', original: 'clean' }).measure(encoded, running());
  expect(value).toBeCloseTo(0.2, 12);
  expect(parts).toEqual({ 'view-0': expect.closeTo(0.2, 12) });
});

test('rows of length 0 are left out, with a note', async () => {
  const { value, n, notes } = await viewStrength().measure(viewsOf({ view: [item, rows([0, 0], [0, 1])] }), running());
  expect([value, n, notes]).toEqual([0, 1, ['1 rows of length 0 were left out']]);
});

test.each([
  ['one view', exampleEncodedViews({ views: 1 }), 'view strength needs an original and a view'],
  ['nothing but zeros', viewsOf({ view: [rows([0, 0]), rows([0, 0])] }), 'view strength needs an item whose features are not 0'],
  ['NaN', viewsOf({ view: [rows([Number.NaN, 0]), rows([1, 0])] }), 'features are not all finite numbers within 1e70'],
])('%s: NaN with a note', async (_, encoded, note) => {
  expect(await viewStrength().measure(encoded, running())).toEqual({ value: Number.NaN, n: 0, parts: {}, notes: [note] });
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function viewsOf(roles: Readonly<Record<string, readonly Features[]>>): EncodedViews {
  const n = Object.values(roles)[0]![0]!.shape[0]!;
  const views = Object.entries(roles).map(
    ([role, list]) => [role, list.map((each) => ({ features: each, blend: { kind: 'identity' as const } }))] as const,
  );
  return { items: Array.from({ length: n }, (_, i) => ({ id: `${i}` })), views: Object.fromEntries(views) };
}
