import { image, values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { invert } from './invert.ts';

obeysAugmenterLaws(invert, [...exampleImages(), rampImage(1, 1, 9), rampImage(5, 7, 1)]);

test('x becomes 1 - x, and twice is the identity', () => {
  const once = invert().apply(image(Float32Array.of(0, 0.25, 0.5, 1), 1, 2, 2), {});
  expect([...values(once)]).toEqual([1, 0.75, 0.5, 0]);
  expect([...values(invert().apply(once, {}))]).toEqual([0, 0.25, 0.5, 1]);
});
