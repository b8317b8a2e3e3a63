import type { EncodedViews } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Features, features } from '@viewforge/tensor';
import { exampleEncodedViews, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { nearestNeighborTest, nearestNeighborTestOf } from '../index.ts';

obeysMetricLaws(nearestNeighborTest(), [
  { encoded: viewsOf(rows([0], [1]), rows([10], [12])), value: 1 },
  // 0 and 1.5 find each other, 5 and 7 likewise; sets are {0, 5} and {1.5, 7}
  { encoded: viewsOf(rows([0], [5]), rows([1.5], [7])), value: 0 },
]);

test('each set has a share of its own', () => {
  // 0 and 1 find each other; 2.5 finds 1, and 9 finds 2.5
  const found = nearestNeighborTestOf(rows([0], [1]), rows([2.5], [9]));
  expect(found).toEqual({ value: 0.75, n: 4, parts: { original: 1, altered: 0.5 }, notes: [] });
});

test('a tie goes to the earlier row', () => {
  // 1 is as far from 0 as from 2
  expect(nearestNeighborTestOf(rows([0], [1]), rows([2], [3.5])).parts).toEqual({ original: 1, altered: 0.5 });
});

test('sets of one distribution can hardly be told apart', () => {
  const random = createRandom('two sets');
  const drawn = () =>
    features(
      Float64Array.from({ length: 800 }, () => random.normal(0, 1)),
      400,
      2,
    );
  expect(Math.abs(nearestNeighborTestOf(drawn(), drawn()).value - 0.5)).toBeLessThan(0.1); // deviation .02
});

test.each([
  ['one view', exampleEncodedViews({ views: 1 }), 'the nearest-neighbor test needs two rows in each set'],
  ['NaN', viewsOf(rows([Number.NaN], [1]), rows([1], [2])), 'features are not all finite numbers within 1e70'],
])('%s: NaN with a note', async (_, encoded, note) => {
  expect(await nearestNeighborTest().measure(encoded, running())).toEqual({ value: Number.NaN, n: 0, parts: {}, notes: [note] });
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
