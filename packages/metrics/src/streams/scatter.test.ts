import { features } from '@viewforge/tensor';
import { exampleFeatures, matchers } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { createScatter, scatterOf } from '../index.ts';

expect.extend(matchers);

test('two rows lie half their distance from the mean', () => {
  const { mean, scatter, n } = scatterOf(features(Float64Array.of(0, 0, 2, 4), 2, 2));
  expect([...mean]).toEqual([1, 2]);
  expect([...scatter]).toEqual([2, 4, 4, 8]);
  expect(n).toBe(2);
});

test('rows far from 0 keep their spread', () => {
  // products near 1e16 would hold little of a scatter of 2
  expect(scatterOf(features(Float64Array.of(1e8, 1e8 + 2), 2, 1)).scatter[0]).toBeCloseTo(2, 9);
});

test('rows that are not finite are left out and counted', () => {
  const found = scatterOf(features(Float64Array.of(1, 1, Number.NaN, 0, 3, 3), 3, 2));
  expect([found.n, found.broken, ...found.mean]).toEqual([2, 1, 2, 2]);
});

test('rows left out by two accumulators are counted together', () => {
  const [first, second] = [createScatter(1), createScatter(1)];
  first.add(features(Float64Array.of(Number.NaN, 1), 2, 1));
  second.add(features(Float64Array.of(1e80, Number.POSITIVE_INFINITY, 2), 3, 1));
  first.merge(second);
  expect(first.result()).toMatchObject({ n: 2, broken: 3 });
});

test('features of another width are an error', () => {
  expect(() => createScatter(3).add(exampleFeatures(2, 4))).toThrow('scatter: expected rows of 3 numbers, got [2,4]');
});

test.each([0, 1, 4, 9])('cut after %d of 9 rows, the scatter is the same', (cut) => {
  const all = exampleFeatures(9, 3);
  const [first, second] = [createScatter(3), createScatter(3)];
  first.add(features(all.data.slice(0, cut * 3), cut, 3));
  second.add(features(all.data.slice(cut * 3), 9 - cut, 3));
  first.merge(second);
  const [found, whole] = [first.result(), scatterOf(all)];
  expect(found.n).toBe(9);
  expect(found.mean).toBeCloseToTensor(whole.mean, 1e-12);
  expect(found.scatter).toBeCloseToTensor(whole.scatter, 1e-12); // float64, 9 terms
});
