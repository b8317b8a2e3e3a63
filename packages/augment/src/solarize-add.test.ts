import { image, values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { solarizeAdd } from './solarize-add.ts';

obeysAugmenterLaws(solarizeAdd, [...exampleImages(), rampImage(1, 1, 9), rampImage(5, 7, 1)]);

test.each([
  [50, 100, 150],
  [127, 110, 237],
  [128, 110, 128], // from the threshold on nothing happens
  [100, 200, 255], // clipped
  [0, 0, 0],
  [20, -50, 0],
])('the byte %i, with %i added below 128, becomes %i', (before, amount, after) => {
  const result = solarizeAdd().apply(image(Float32Array.of(before / 255), 1, 1, 1), { amount: amount / 255, threshold: 0.5 });
  expect(values(result)[0]! * 255).toBeCloseTo(after, 4);
});
