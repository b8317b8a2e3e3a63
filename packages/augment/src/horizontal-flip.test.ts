import { sometimes } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { image, values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { horizontalFlip } from './horizontal-flip.ts';

obeysAugmenterLaws(horizontalFlip, exampleImages());

test('left and right change places, in every row', () => {
  const flipped = horizontalFlip().apply(image(Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6), 1, 2, 3), {});
  expect([...values(flipped)]).toEqual([...Float32Array.of(0.3, 0.2, 0.1, 0.6, 0.5, 0.4)]);
});

test('twice is the identity', () => {
  const flip = horizontalFlip();
  for (const each of exampleImages()) expect(values(flip.apply(flip.apply(each, {}), {}))).toEqual(values(each));
});

test('half of the draws flip when it happens sometimes', () => {
  const part = sometimes(0.5, horizontalFlip());
  const draws = Array.from({ length: 10_000 }, (_, seed) => part.draw([1, 2, 2], createRandom(seed), { epoch: 0, fraction: 0 }));
  expect(Math.abs(draws.filter((draw) => draw !== null).length / 10_000 - 0.5)).toBeLessThan(0.02); // deviation 0.005
});
