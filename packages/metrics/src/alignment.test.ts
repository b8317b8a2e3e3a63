import type { EncodedViews } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { exampleEncodedViews, obeysMetricLaws, obeysPluginLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { alignment, alignmentOf, createAlignment, effectiveRank, plugin, retrieval, uniformity } from './index.ts';

const x = rows([1, 0], [0, 1], [1, 1]);
const y = rows([1, 0.1], [0.1, 1], [1, 0.8]);

obeysPluginLaws(plugin);
obeysMetricLaws(alignment(), [
  { encoded: viewsOf(x, y), value: 0.010695, tolerance: 1e-6 },
  { encoded: viewsOf(rows([1, 0.2], [0.1, 1], [1, 1]), rows([1, 0.1], [0.3, 1], [1, 0.8])), value: 0.019482, tolerance: 1e-6 },
]);

test.each([
  ['the same view', [2, 0], 0],
  ['opposite views', [-3, 0], 4],
  ['views at right angles', [0, 5], 2],
])('%s', (_, other, expected) => {
  expect(alignmentOf(rows([1, 0]), rows(other))).toBeCloseTo(expected, 12);
});

test('alpha 1 is the mean distance', () => {
  expect(alignmentOf(rows([1, 0], [1, 0]), rows([-1, 0], [1, 0]), 1)).toBeCloseTo(1, 12);
});

test('all pairs of views count, each with a part of its own', async () => {
  const { value, n, parts } = await alignment().measure(viewsOf(rows([1, 0]), rows([0, 1]), rows([-1, 0])), running());
  expect([value, n]).toEqual([(2 + 4 + 2) / 3, 3].map((each) => expect.closeTo(each, 12)));
  expect(Object.keys(parts)).toEqual(['view-0-1', 'view-0-2', 'view-1-2']);
});

test('rows of length 0 are left out, with a note', async () => {
  const { value, n, notes } = await alignment().measure(viewsOf(rows([1, 0], [0, 0]), rows([0, 1], [1, 0])), running());
  expect([value, n]).toEqual([expect.closeTo(2, 12), 1]);
  expect(notes).toEqual(['1 rows of length 0 were left out']);
});

test('one view is nothing to align', async () => {
  expect((await alignment().measure(exampleEncodedViews({ views: 1 }), running())).notes).toEqual([
    'alignment needs two views of an item',
  ]);
});

test('a role that the plan lacks is named', async () => {
  await expect(alignment({ role: 'crop' }).measure(exampleEncodedViews(), running())).rejects.toThrow('got "crop"; known: view');
});

test('an aborted run rejects with its own reason', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(alignment().measure(exampleEncodedViews(), { signal })).rejects.toThrow('enough');
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

test('a row of length 0 is counted once, however many pairs it is in', async () => {
  const other = rows([0, 1], [1, 0]);
  const { n, notes } = await alignment().measure(viewsOf(rows([1, 0], [0, 0]), other, other), running());
  expect(n).toBe(4); // of six pairs of rows
  expect(notes).toEqual(['1 rows of length 0 were left out']);
});

test.each([alignment(), effectiveRank(), retrieval(), uniformity()])(
  '$name: a row of NaN is not passed over as one of length 0',
  async (metric) => {
    for (const broken of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const encoded = viewsOf(rows([1, 0], [0, 1], [broken, 1]), rows([1, 0], [0, 1], [1, 1]));
      const { value, notes } = await metric.measure(encoded, running());
      expect(value).toBeNaN();
      expect(notes).toEqual(['features are not all finite numbers within 1e70']);
    }
  },
);

test.each([[[3]], [[1, 1, 1]], [[0, 2, 1]]])('batches of %j rows say what all rows say', (sizes) => {
  const all = createAlignment();
  let from = 0;
  for (const size of sizes) {
    const part = (all: Features) => features(Float64Array.from(all.data).slice(from * 2, (from + size) * 2), size, 2);
    all.add({ x: part(x), y: part(y) });
    from += size;
  }
  expect(all.result()).toEqual({ value: expect.closeTo(alignmentOf(x, y), 14), n: 3, parts: {}, notes: [] });
});

test('an accumulator of nothing, and of what is no number, has a note', () => {
  expect(createAlignment().result()).toMatchObject({
    value: Number.NaN,
    n: 0,
    notes: ['alignment needs two views of an item'],
  });
  const broken = createAlignment();
  broken.add({ x: rows([Number.NaN, 1]), y: rows([1, 1]) });
  expect(broken.result().notes).toEqual(['features are not all finite numbers within 1e70']);
});
