import type { EncodedViews } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { exampleEncodedViews, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { centeredKernelAlignment } from '../index.ts';

const x = rows([1, 0], [0, 1], [1, 1]);
const y = rows([2, 1], [0, 3], [1, 1]);

obeysMetricLaws(centeredKernelAlignment(), [
  { encoded: viewsOf({ view: [x, y] }), value: 0.916261, tolerance: 1e-6 },
  { encoded: viewsOf({ view: [x, x, y] }), value: (1 + 0.916261) / 2, tolerance: 1e-6 },
]);

test('the originals may be a role of their own', async () => {
  const encoded = viewsOf({ clean: [x], crop: [y] });
  const { value, parts, n } = await centeredKernelAlignment({ role: 'crop', original: 'clean' }).measure(encoded, running());
  expect(value).toBeCloseTo(0.916261, 6);
  expect([parts['view-0'], n]).toEqual([value, 3]);
});

test.each([
  ['one view', exampleEncodedViews({ views: 1 }), 'kernel alignment needs an original and a view'],
  [
    'a view that is the same for all items',
    viewsOf({ view: [x, rows([1], [1], [1])] }),
    'one representation is the same for all items',
  ],
])('%s: NaN with a note', async (_, encoded, note) => {
  expect(await centeredKernelAlignment().measure(encoded, running())).toEqual({
    value: Number.NaN,
    n: 0,
    parts: {},
    notes: [note],
  });
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
