import { image, values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { contrast } from './contrast.ts';

obeysAugmenterLaws(contrast, [...exampleImages(), rampImage(1, 1, 9), rampImage(5, 7, 1)]);

const pair = image(Float32Array.of(0.2, 0.8, 0.4, 0.6, 0.6, 0.4), 3, 1, 2); // (0.2, 0.4, 0.6) and (0.8, 0.6, 0.4): mean luma 0.49995

test.each([
  ['luma', 0.5, [0.349975, 0.649975, 0.449975, 0.549975, 0.549975, 0.449975]],
  ['luma', 1, [0.2, 0.8, 0.4, 0.6, 0.6, 0.4]],
  ['channel', 2, [0, 1, 0.3, 0.7, 0.7, 0.3]], // means of 0.5, clipped
] as const)('around the mean of %s by %d', (mean, factor, expected) => {
  const result = values(contrast().apply(pair, { factor, mean }));
  for (const [i, value] of result.entries()) expect(value).toBeCloseTo(expected[i]!, 6);
});

test('a flat gray image stays as it is, also with one channel', () => {
  const flat = flatImage(5, 0.3);
  for (const value of values(contrast().apply(flat, { factor: 1.9, mean: 'luma' }))) expect(value).toBeCloseTo(0.3, 6);
});
