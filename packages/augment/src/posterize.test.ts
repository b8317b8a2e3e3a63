import { createRandom } from '@viewforge/random';
import { image, values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { posterize } from './posterize.ts';

obeysAugmenterLaws(posterize, [...exampleImages(), rampImage(1, 1, 9), rampImage(5, 7, 1)]);

const bytes = [0, 1, 63, 64, 127, 128, 200, 255];
const levels = image(
  Float32Array.from(bytes, (byte) => byte / 255),
  1,
  2,
  4,
);

test.each([0, 1, 4, 7, 8])('%i bits of every byte stay', (bits) => {
  const kept = [...values(posterize().apply(levels, { bits }))].map((value) => value * 255);
  for (const [i, byte] of bytes.entries()) expect(kept[i]).toBeCloseTo(byte - (byte % 2 ** (8 - bits)), 4);
});

test('every number of bits in the range is drawn, both ends too', () => {
  const part = posterize({ bitsRange: [3, 6] });
  const drawn = Array.from(
    { length: 400 },
    (_, seed) => part.draw([3, 1, 1], createRandom(seed), { epoch: 0, fraction: 0 }).bits,
  );
  expect([...new Set(drawn)].sort()).toEqual([3, 4, 5, 6]);
});
