import { features, values } from '@viewforge/tensor';
import { exampleFeatures, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { featureNoise } from './feature-noise.ts';

obeysAugmenterLaws(featureNoise, [exampleFeatures()]);

test('the noise has mean 0 and the deviation asked for', () => {
  const noisy = [...values(featureNoise().apply(features(new Float64Array(20_000), 200, 100), { seed: 3, deviation: 0.5 }))];
  const mean = noisy.reduce((sum, value) => sum + value, 0) / noisy.length;
  const variance = noisy.reduce((sum, value) => sum + value * value, 0) / noisy.length;
  expect(Math.abs(mean)).toBeLessThan(0.014); // four deviations of the mean
  expect(Math.abs(Math.sqrt(variance) - 0.5)).toBeLessThan(0.01); // four deviations of 0.0025
});

test('a deviation of 0 changes nothing, and float64 stays float64', () => {
  const rows = features(Float64Array.of(0.1, -2, 1e9), 1, 3);
  expect(values(featureNoise().apply(rows, { seed: 1, deviation: 0 }))).toEqual(values(rows));
});
