import { image, values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { autocontrast } from './autocontrast.ts';

obeysAugmenterLaws(autocontrast, [...exampleImages(), rampImage(1, 1, 9), rampImage(5, 7, 1)]);

test('100 of a byte between 50 and 200 becomes 85', () => {
  const data = Float32Array.from([50, 100, 200, 150], (byte) => byte / 255);
  const result = [...values(autocontrast().apply(image(data, 1, 2, 2), {}))].map((value) => value * 255);
  for (const [i, expected] of [0, 85, 255, 170].entries()) expect(result[i]).toBeCloseTo(expected, 3); // float32 of a byte
});

test('each channel reaches from 0 to 1 by itself, and one of a single value keeps it', () => {
  const result = autocontrast().apply(image(Float32Array.of(0.2, 0.4, 0.5, 0.5, 0.9, 0.6), 3, 1, 2), {});
  const [a, b, flat, alsoFlat, c, d] = values(result);
  expect([a, b, c, d]).toEqual([0, 1, 1, 0]);
  expect([flat, alsoFlat]).toEqual([0.5, 0.5]);
});
