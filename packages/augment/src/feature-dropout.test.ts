import { features, values } from '@viewforge/tensor';
import { exampleFeatures, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { featureDropout } from './feature-dropout.ts';

obeysAugmenterLaws(featureDropout, [exampleFeatures()]);

test('each feature becomes 0 or 4/3 of itself at a share of 1/4, in that proportion', () => {
  const dropped = [
    ...values(featureDropout().apply(features(new Float64Array(10_000).fill(3), 100, 100), { seed: 5, share: 0.25 })),
  ];
  expect(new Set(dropped)).toEqual(new Set([0, 4]));
  expect(Math.abs(dropped.filter((value) => value === 0).length / 10_000 - 0.25)).toBeLessThan(0.02); // deviation 0.0043
});

test('a share of 0 changes nothing', () => {
  const rows = features(Float32Array.of(0.1, -2, 7), 1, 3);
  expect(values(featureDropout().apply(rows, { seed: 1, share: 0 }))).toEqual(values(rows));
});
