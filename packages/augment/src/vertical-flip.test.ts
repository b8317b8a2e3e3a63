import { values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { verticalFlip } from './vertical-flip.ts';

const examples = [...exampleImages(), rampImage(1, 5, 8), rampImage(3, 1, 9)];

obeysAugmenterLaws(verticalFlip, examples);

test('rows change places, and what is left and right stays', () => {
  const flipped = verticalFlip().apply(rampImage(1, 3, 2), {});
  expect([...values(flipped)]).toEqual([...Float32Array.of(4 / 6, 5 / 6, 2 / 6, 3 / 6, 0, 1 / 6)]);
});

test('twice is nothing', () => {
  for (const image of examples) {
    expect(values(verticalFlip().apply(verticalFlip().apply(image, {}), {}))).toEqual(values(image));
  }
});
