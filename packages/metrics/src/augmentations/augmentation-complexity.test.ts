import type { EncodedViews } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { axes, exampleEncodedViews, exampleFeatures, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { augmentationComplexity, augmentationComplexityOf } from '../index.ts';

const same = rows([1, 2], [2, 4], [3, 6]);

obeysMetricLaws(augmentationComplexity(), [
  { encoded: viewsOf(same, same), value: 1 },
  // rows at right angles are 7 bandwidths apart: e^-25 of them is seen
  { encoded: viewsOf(axes(3), axes(3)), value: 3, tolerance: 1e-9 },
]);

test('two items: the shares of their views, by hand', () => {
  // unit rows at distance^2 2 and bandwidth 1: kernels 1 and 1/e, so shares (e, 1) / (e + 1) and (1, e) / (e + 1)
  const [p, q] = [Math.E / (Math.E + 1), 1 / (Math.E + 1)];
  const { value, n, parts } = augmentationComplexityOf(axes(2), [0, 1], 1);
  expect([value, n]).toEqual([expect.closeTo(2 * (p * p + q * q), 12), 2]);
  expect(parts['overlap']).toBeCloseTo(2 * q, 12);
});

test('it is between 1 and the number of items, and falls as views overlap more', async () => {
  const of = async (options: object, noise: number): Promise<number> =>
    (await augmentationComplexity(options).measure(exampleEncodedViews({ items: 12, views: 3, noise }), running())).value;
  const found = [await of({ bandwidth: 0.01 }, 0.1), await of({ bandwidth: 0.3 }, 0.1), await of({ bandwidth: 100 }, 0.1)];
  expect(found[0]).toBeCloseTo(12, 6);
  expect(found[1]).toBeLessThan(found[0]!);
  expect(found[2]).toBeCloseTo(1, 3);
  expect(await of({ bandwidth: 0.3 }, 2)).toBeLessThan(found[1]!);
});

test('items of one id are one item, whatever the number of their views', () => {
  const { value, n } = augmentationComplexityOf(rows([1, 0], [1, 0], [1, 0], [0, 1]), [7, 7, 7, 3], 0.1);
  expect([value, n]).toEqual([expect.closeTo(2, 12), 2]);
});

test('it is an estimate, of some items where there are many', async () => {
  const { n, notes } = await augmentationComplexity({ most: 5 }).measure(
    viewsOf(exampleFeatures(9, 3), exampleFeatures(9, 3)),
    running(),
  );
  expect(n).toBe(5);
  expect(notes).toEqual(['an estimate from views that were drawn', '5 of 9 items were chosen at random']);
});

test('rows of length 0 are left out; nothing, and what is no number, has a note', () => {
  const found = augmentationComplexityOf(rows([0, 0], [1, 0]), [0, 1], 1);
  expect(found).toMatchObject({ value: expect.closeTo(1, 12), n: 1 });
  expect(found.notes[0]).toBe('1 rows of length 0 were left out');
  expect(augmentationComplexityOf(rows([0, 0]), [0], 1)).toMatchObject({ value: Number.NaN, n: 0 });
  expect(augmentationComplexityOf(rows([Number.NaN, 0]), [0], 1).notes).toEqual([
    'features are not all finite numbers within 1e70',
  ]);
  expect(() => augmentationComplexityOf(same, [0, 1, 2], 0)).toThrow('expected a bandwidth above 0, got 0');
  expect(() => augmentationComplexityOf(same, [0], 1)).toThrow('expected 3 sources, one a row, got 1');
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
