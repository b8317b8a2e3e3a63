import { image, values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { sharpness } from './sharpness.ts';

obeysAugmenterLaws(sharpness, [...exampleImages(), rampImage(1, 1, 9), rampImage(5, 7, 1)]);

test.each([
  [2, 21],
  [1, 13],
  [0, 5],
])('at %d, a byte of 13 among zeros becomes %i', (factor, expected) => {
  const point = image(
    Float32Array.from({ length: 9 }, (_, i) => (i === 4 ? 13 / 255 : 0)),
    1,
    3,
    3,
  );
  expect(sharpness().apply(point, { factor }).get(0, 1, 1) * 255).toBeCloseTo(expected, 4);
});

test('a factor of 1 is the identity', () => {
  const ramp = rampImage(3, 6, 7);
  expect([...values(sharpness().apply(ramp, { factor: 1 }))]).toEqual([...values(ramp)]);
});
