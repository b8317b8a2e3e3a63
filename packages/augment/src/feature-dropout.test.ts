import { createRandom } from '@viewforge/random';
import { features, values } from '@viewforge/tensor';
import { augmenterPullbackError, exampleFeatures, obeysAugmenterLaws } from '@viewforge/testkit';
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

test('a share of 1 leaves zeros, raised or not', () => {
  for (const raise of [true, false]) {
    const part = featureDropout({ share: 1, raise });
    const dropped = part.apply(exampleFeatures(), part.draw([6, 4], createRandom(1), { epoch: 0, fraction: 0 }));
    expect([...values(dropped)]).toEqual(Array(24).fill(0));
  }
});

test('features that stay are left as they are where they are not to be raised', () => {
  const [raised, plain] = [
    { seed: 5, share: 0.5 },
    { seed: 5, share: 0.5, raise: false },
  ].map((drawn) => [...values(featureDropout().apply(features(Float64Array.of(1, 2, 3, 4), 2, 2), drawn))]);
  expect(raised).toEqual(plain!.map((value) => 2 * value));
  expect(plain!.filter((value, i) => value !== 0 && value !== i + 1)).toEqual([]);
});

test('gradients flow through what stays', () => {
  for (const raise of [true, false])
    expect(augmenterPullbackError(featureDropout(), exampleFeatures(3, 4), { seed: 5, share: 0.5, raise }).worst).toBeLessThan(
      1e-8,
    ); // linear
});
