import { image, values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { hue } from './hue.ts';

obeysAugmenterLaws(hue, [...exampleImages(), rampImage(1, 1, 9), rampImage(5, 7, 1)]);

test.each([
  [[0.2, 0.4, 0.6], 0.1, [0.24, 0.2, 0.6]],
  [[1, 0, 0], 1 / 3, [0, 1, 0]],
  [[1, 0, 0], -1 / 3, [0, 0, 1]],
  [[1, 0, 0], 0.5, [0, 1, 1]],
  [[0.4, 0.4, 0.4], 0.3, [0.4, 0.4, 0.4]],
  [[0.2, 0.4, 0.6], 0, [0.2, 0.4, 0.6]],
])('%j turned by %d', (before, turns, after) => {
  const result = values(hue().apply(image(Float32Array.from(before), 3, 1, 1), { turns }));
  for (const [i, value] of result.entries()) expect(value).toBeCloseTo(after[i]!, 5);
});
