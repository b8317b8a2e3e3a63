import type { EncodedViews } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { exampleEncodedViews, exampleFeatures, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { precisionRecall, precisionRecallOf } from '../index.ts';

// with k = 1: balls [-1, 1], [0, 2] and [1, 3] on a line, and [1.5, 2.5], [2, 3] (ends at 2 +- .5) and [4.5, 15.5]
const originals = rows([0], [1], [2]);
const altered = rows([2], [2.5], [8]);

obeysMetricLaws(precisionRecall({ k: 1 }), [
  { encoded: viewsOf(originals, originals), value: 1 },
  // 2 and 2.5 lie among originals, 8 does not; 2 alone of originals lies among the altered
  { encoded: viewsOf(originals, altered), value: (2 * (2 / 3) * (1 / 3)) / (2 / 3 + 1 / 3) },
]);

test('precision and recall change places with the sets', () => {
  expect(precisionRecallOf(originals, altered, 1).parts).toEqual({ precision: 2 / 3, recall: 1 / 3 });
  expect(precisionRecallOf(altered, originals, 1).parts).toEqual({ precision: 1 / 3, recall: 2 / 3 });
});

test('sets far apart cover nothing', () => {
  expect(precisionRecallOf(rows([0], [1], [2], [3]), rows([90], [91], [92], [93]))).toMatchObject({
    value: 0,
    parts: { precision: 0, recall: 0 },
  });
});

test('collapsed rows on one original are precise, and recall one', () => {
  expect(precisionRecallOf(originals, rows([1], [1], [1]), 1).parts).toEqual({ precision: 1, recall: 1 / 3 });
});

test.each([0, 1.5, -1])('balls to neighbor %d are an error, not empty', (k) => {
  expect(() => precisionRecallOf(rows([0], [1], [2]), rows([0], [1], [2]), k)).toThrow(`expected k of at least 1, got ${k}`);
});

test.each([1, 3])('balls to neighbor %i agree with sorted distances', (k) => {
  const [a, b] = [exampleFeatures(9, 2), features(exampleFeatures(17, 2).data.slice(18), 8, 2)];
  const distance = (p: Features, i: number, q: Features, j: number) =>
    Math.hypot(p.get(i, 0) - q.get(j, 0), p.get(i, 1) - q.get(j, 1));
  const places = (set: Features) => [...Array(set.shape[0]!).keys()];
  const share = (centers: Features, set: Features) => {
    const radii = places(centers).map(
      (i) =>
        places(centers)
          .map((j) => distance(centers, i, centers, j))
          .sort((p, q) => p - q)[k]!,
    );
    return places(set).filter((j) => radii.some((radius, i) => distance(centers, i, set, j) <= radius)).length / set.shape[0]!;
  };
  expect(precisionRecallOf(a, b, k).parts).toEqual({ precision: share(a, b), recall: share(b, a) });
});

test.each([
  ['one view', exampleEncodedViews({ views: 1 }), 'precision and recall need 4 rows in each set'],
  ['three items', exampleEncodedViews({ items: 3 }), 'precision and recall need 4 rows in each set'],
  [
    'NaN',
    viewsOf(rows([Number.NaN], [1], [2], [3]), rows([1], [2], [3], [4])),
    'features are not all finite numbers within 1e70',
  ],
])('%s: NaN with a note', async (_, encoded, note) => {
  expect(await precisionRecall().measure(encoded, running())).toEqual({ value: Number.NaN, n: 0, parts: {}, notes: [note] });
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
