import { features, values } from '@viewforge/tensor';
import { augmenterPullbackError, exampleFeatures, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { orthantNoise } from './orthant-noise.ts';

obeysAugmenterLaws(orthantNoise, [exampleFeatures(), exampleFeatures(1, 3)]);

test('every coordinate moves away from 0, and the whole by the size asked for', () => {
  const rows = features(Float64Array.from(values(exampleFeatures(50, 6))), 50, 6);
  const moved = values(orthantNoise().apply(rows, { seed: 3, size: 0.1 }));
  for (let i = 0; i < 50; i++) {
    let square = 0;
    for (let e = 6 * i; e < 6 * i + 6; e++) {
      const move = moved[e]! - values(rows)[e]!;
      expect(Math.sign(move)).toBe(Math.sign(values(rows)[e]!));
      square += move * move;
    }
    expect(Math.sqrt(square)).toBeCloseTo(0.1, 10);
  }
});

test('a coordinate of 0 stays, and so does everything at size 0', () => {
  const apply = (size: number) => [...values(orthantNoise().apply(features(Float64Array.of(0, -2, 0), 1, 3), { seed: 3, size }))];
  const moved = apply(0.5);
  expect([moved[0], moved[2]]).toEqual([0, 0]);
  expect(moved[1]).toBeLessThan(-2);
  expect(apply(0)).toEqual([0, -2, 0]);
});

test('gradients flow as they are', () => {
  expect(augmenterPullbackError(orthantNoise(), exampleFeatures(3, 4), { seed: 2, size: 0.7 }).worst).toBeLessThan(1e-6);
});
