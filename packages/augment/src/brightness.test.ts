import { createRandom } from '@viewforge/random';
import { image, values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { brightness } from './brightness.ts';

obeysAugmenterLaws(brightness, [...exampleImages(), rampImage(1, 1, 9), rampImage(5, 7, 1)]);

test.each([
  [1.5, [0.3, 0.6, 0.9]],
  [2, [0.4, 0.8, 1]], // clipped
  [0, [0, 0, 0]],
  [1, [0.2, 0.4, 0.6]],
])('(0.2, 0.4, 0.6) times %d', (factor, expected) => {
  const result = brightness().apply(image(Float32Array.of(0.2, 0.4, 0.6), 3, 1, 1), { factor });
  for (const [i, value] of values(result).entries()) expect(value).toBeCloseTo(expected[i]!, 6);
});

test('factors are drawn from their range', () => {
  const part = brightness({ factorRange: [0.5, 2] });
  const factors = Array.from(
    { length: 500 },
    (_, seed) => part.draw([3, 1, 1], createRandom(seed), { epoch: 0, fraction: 0 }).factor,
  );
  expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.5);
  expect(Math.max(...factors)).toBeLessThan(2);
  expect(Math.max(...factors) - Math.min(...factors)).toBeGreaterThan(1.4);
});
