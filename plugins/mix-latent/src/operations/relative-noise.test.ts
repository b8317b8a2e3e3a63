import { features, values } from '@viewforge/tensor';
import { augmenterPullbackError, exampleFeatures, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { relativeNoise } from './relative-noise.ts';

obeysAugmenterLaws(relativeNoise, [exampleFeatures(), exampleFeatures(1, 3)]);

test('the mean over 10 000 draws is the input, and the noise is deviation |z| / sqrt(d)', () => {
  const rows = features(
    Float64Array.from({ length: 20_000 }, (_, e) => [3, 4][e % 2]!),
    10_000,
    2,
  );
  const noisy = values(relativeNoise().apply(rows, { seed: 4, deviation: 0.1 }));
  const first = [...noisy].filter((_, e) => e % 2 === 0);
  const mean = first.reduce((sum, value) => sum + value, 0) / 10_000;
  const deviation = Math.sqrt(first.reduce((sum, value) => sum + (value - 3) ** 2, 0) / 10_000);
  const expected = (0.1 * 5) / Math.sqrt(2);
  expect(Math.abs(mean - 3)).toBeLessThan((3 * expected) / 100);
  expect(Math.abs(deviation / expected - 1)).toBeLessThan(0.03); // four deviations of 1 / sqrt(20 000)
});

test('noise keeps its proportion to the row, and a row of zeros stays', () => {
  const apply = (...row: number[]) =>
    values(relativeNoise().apply(features(Float64Array.from(row), 1, 2), { seed: 9, deviation: 0.3 }));
  expect([...apply(30, 40)]).toEqual([...apply(3, 4)].map((value) => expect.closeTo(10 * value, 10)));
  expect([...apply(3, 4)]).not.toEqual([3, 4]);
  expect([...apply(0, 0)]).toEqual([0, 0]);
});

test('a deviation of 0 is the identity', () => {
  const rows = exampleFeatures();
  expect(values(relativeNoise().apply(rows, { seed: 1, deviation: 0 }))).toEqual(values(rows));
});

test('gradients flow through the row and its length', () => {
  expect(augmenterPullbackError(relativeNoise(), exampleFeatures(3, 4), { seed: 2, deviation: 0.7 }).worst).toBeLessThan(1e-6);
});

test('the gradient of a row of zeros is that of the identity', () => {
  const [rows, slopes] = [features(new Float64Array(2), 1, 2), features(Float64Array.of(1, -2), 1, 2)];
  expect([...values(relativeNoise().pullback!(rows, { seed: 1, deviation: 1 }, slopes))]).toEqual([1, -2]);
});
