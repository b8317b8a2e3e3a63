import { image, values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { grayscale } from './grayscale.ts';

obeysAugmenterLaws(grayscale, exampleImages());

test('the pixel (0.2, 0.4, 0.6) has luma 0.36298 in all channels', () => {
  const gray = grayscale().apply(image(Float32Array.of(0.2, 0.4, 0.6), 3, 1, 1), {});
  for (const value of values(gray)) expect(value).toBeCloseTo(0.36298, 6);
});

test('an image of one channel stays as it is', () => {
  const one = image(Float32Array.of(0.1, 0.9), 1, 1, 2);
  expect(values(grayscale().apply(one, {}))).toEqual(values(one));
});
