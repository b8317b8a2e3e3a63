import { createRandom } from '@viewforge/random';
import { image, values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { paddedCrop } from './padded-crop.ts';

const start = { epoch: 0, fraction: 0 };

obeysAugmenterLaws(paddedCrop, [...exampleImages(), rampImage(1, 9, 6)]);

test.each([
  ['up and to the left', { top: 2, left: 2 }, [4, 0, 0, 0]],
  ['down and to the right', { top: 0, left: 0 }, [0, 0, 0, 1]],
  ['nowhere', { top: 1, left: 1 }, [1, 2, 3, 4]],
])('an image of 2 x 2 moved by one pixel: %s', (_, place, expected) => {
  const input = image(
    Float32Array.of(1, 2, 3, 4).map((value) => value / 4),
    1,
    2,
    2,
  );
  const moved = paddedCrop().apply(input, { padding: 1, ...place });
  expect([...values(moved)].map((value) => value * 4)).toEqual(expected);
});

test('every place is as likely', () => {
  const places = Array.from({ length: 8100 }, (_, seed) => {
    const { top, left } = paddedCrop().draw([3, 32, 32], createRandom(seed), start);
    return top * 9 + left;
  });
  for (let place = 0; place < 81; place++) {
    // 100 of each, deviation 9.9, 81 places
    expect(Math.abs(places.filter((each) => each === place).length - 100)).toBeLessThan(40);
  }
});

test('no padding is the identity', () => {
  for (const input of exampleImages()) {
    const part = paddedCrop({ padding: 0 });
    expect(values(part.apply(input, part.draw(input.shape, createRandom(1), start)))).toEqual(values(input));
  }
});
