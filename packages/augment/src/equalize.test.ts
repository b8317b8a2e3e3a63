import { image, values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { equalize } from './equalize.ts';

obeysAugmenterLaws(equalize, [...exampleImages(), rampImage(1, 1, 9), rampImage(5, 7, 1)]);

test('512 pixels of 10, 256 of 20 and 256 of 200 become 0, 171 and 255', () => {
  // steps of floor(768 / 255) = 3: (1 + 0) / 3, (1 + 512) / 3 and (1 + 768) / 3, rounded down
  const data = Float32Array.from({ length: 1024 }, (_, i) => (i < 512 ? 10 : i < 768 ? 20 : 200) / 255);
  const result = values(equalize().apply(image(data, 1, 32, 32), {}));
  expect([result[0], result[512], result[768]].map((value) => Math.round(value! * 255))).toEqual([0, 171, 255]);
});

test('channels are equalized each by itself, and a flat one stays', () => {
  const data = new Float32Array(2 * 1024).fill(100 / 255);
  for (let i = 0; i < 1024; i++) data[i] = (i % 256) / 255;
  const result = values(equalize().apply(image(data, 2, 32, 32), {}));
  expect(result[1024]).toBe(Math.fround(100 / 255));
  expect(new Set(result.subarray(0, 1024)).size).toBe(256);
});

test('images of fewer values than steps stay as they are', () => {
  expect([...values(equalize().apply(flatImage(4, 0.2), {}))]).toEqual(Array(16).fill(Math.fround(51 / 255)));
});
