import { image, values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { saturation } from './saturation.ts';

obeysAugmenterLaws(saturation, [...exampleImages(), rampImage(1, 1, 9), rampImage(5, 7, 1)]);

test.each([
  [0.5, [0.28149, 0.38149, 0.48149]],
  [0, [0.36298, 0.36298, 0.36298]],
  [1, [0.2, 0.4, 0.6]],
])('(0.2, 0.4, 0.6), of luma 0.36298, by %d', (factor, expected) => {
  const result = values(saturation().apply(image(Float32Array.of(0.2, 0.4, 0.6), 3, 1, 1), { factor }));
  for (const [i, value] of result.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
});

test('an image of one channel has no colors to change', () => {
  const gray = rampImage(1, 3, 4);
  expect([...values(saturation().apply(gray, { factor: 0 }))]).toEqual([...values(gray)]);
});
