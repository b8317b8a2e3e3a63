import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws, pointImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { gaussianBlur } from './gaussian-blur.ts';

const start = { epoch: 0, fraction: 0 };

obeysAugmenterLaws(gaussianBlur, exampleImages());

test.each([
  [224, 23],
  [96, 9],
  [32, 3],
  [20, 3],
  [19, 1],
  [1, 1],
])('an image %i high is blurred with %i taps', (height, taps) => {
  expect(gaussianBlur().draw([3, height, 7], createRandom(1), start).size).toBe(taps);
});

test('an automatic kernel reaches three deviations to each side', () => {
  const part = gaussianBlur({ kernel: 'auto', deviationRange: [1.5, 1.5] });
  expect(part.draw([3, 8, 8], createRandom(1), start)).toEqual({ deviation: 1.5, size: 11, border: 'reflect' });
});

test('one bright pixel becomes the outer product of (0.274069, 0.451863, 0.274069)', () => {
  const blurred = gaussianBlur().apply(pointImage(5), { deviation: 1, size: 3, border: 'reflect' });
  expect(blurred.get(0, 2, 2)).toBeCloseTo(0.451863 ** 2, 6);
  expect(blurred.get(0, 2, 1)).toBeCloseTo(0.451863 * 0.274069, 6);
  expect(blurred.get(0, 3, 3)).toBeCloseTo(0.274069 ** 2, 6);
  expect(blurred.get(0, 2, 4)).toBe(0);
});

test.each([0.1, 1, 2])('a flat image stays flat at deviation %d', (deviation) => {
  const blurred = gaussianBlur().apply(flatImage(8, 0.3), { deviation, size: 13, border: 'reflect' });
  for (const value of values(blurred)) expect(value).toBeCloseTo(0.3, 6); // float32 sums of 13 terms
});

test('beyond a zero border it is black', () => {
  const blurred = gaussianBlur().apply(flatImage(3, 1), { deviation: 1, size: 3, border: 'zero' });
  expect(blurred.get(0, 1, 1)).toBeCloseTo(1, 6);
  expect(blurred.get(0, 0, 1)).toBeCloseTo(1 - 0.274069, 6);
  expect(blurred.get(0, 0, 0)).toBeCloseTo((1 - 0.274069) ** 2, 5); // of weights known to 6 digits
});
