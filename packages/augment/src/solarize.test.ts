import { createRandom } from '@viewforge/random';
import { image, values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { solarize } from './solarize.ts';

obeysAugmenterLaws(solarize, exampleImages());

test.each([
  [0.6, 0.4],
  [0.2, 0.2],
  [0.5, 0.5],
  [1, 0],
])('at 0.5 an intensity of %d becomes %d', (before, after) => {
  expect(values(solarize().apply(image(Float32Array.of(before), 1, 1, 1), { threshold: 0.5 }))[0]).toBeCloseTo(after, 6);
});

test('at a threshold of 0 everything is inverted, and twice is the identity', () => {
  const inverted = solarize().apply(image(Float32Array.of(0, 0.25, 1), 1, 1, 3), { threshold: 0 });
  expect([...values(inverted)]).toEqual([1, 0.75, 0]);
  expect([...values(solarize().apply(inverted, { threshold: 0 }))]).toEqual([0, 0.25, 1]);
});

test('thresholds are drawn from their range', () => {
  const part = solarize({ thresholdRange: [0.2, 0.4] });
  const drawn = Array.from(
    { length: 200 },
    (_, seed) => part.draw([3, 1, 1], createRandom(seed), { epoch: 0, fraction: 0 }).threshold,
  );
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0.2);
  expect(Math.max(...drawn)).toBeLessThan(0.4);
});
