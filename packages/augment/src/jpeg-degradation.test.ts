import { values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { jpegDegradation } from './jpeg-degradation.ts';

obeysAugmenterLaws(jpegDegradation, [...exampleImages(), rampImage(1, 1, 9), rampImage(5, 7, 1)]);

test('the lower the quality, the further from the image', () => {
  const [scene] = exampleImages();
  const errors = [100, 75, 40, 10, 1].map((quality) => {
    const degraded = values(jpegDegradation().apply(scene!, { quality }));
    return values(scene!).reduce((sum, value, i) => sum + (value - degraded[i]!) ** 2, 0);
  });
  expect(errors).toEqual([...errors].sort((a, b) => a - b));
  expect(errors[4]).toBeGreaterThan(4 * errors[0]!);
});

test('a gray of a byte stays what it is: its only coefficient is a multiple of every step that divides it', () => {
  for (const value of values(jpegDegradation().apply(flatImage(16, 128 / 255, 3), { quality: 5 })))
    expect(value).toBe(Math.fround(128 / 255));
});
