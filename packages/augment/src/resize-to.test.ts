import { createRandom } from '@viewforge/random';
import { pixels, values } from '@viewforge/tensor';
import { examplePixels, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { resizeTo } from './resize-to.ts';

obeysAugmenterLaws(resizeTo, examplePixels(2), { size: 16 });

test.each([
  [false, [0.5, 2.5]],
  [true, [0.714286, 2.285714]],
])('[0, 1, 2, 3] becomes two values, antialias %s', (antialias, expected) => {
  // 80 steps of a byte stand for 1; all rows are the same
  const row = [0, 80, 160, 240].flatMap((value) => [value, value, value]);
  const picture = pixels(Uint8Array.from([...row, ...row]), 2, 4, 3);
  const part = resizeTo({ size: 2, antialias });
  const view = part.apply(picture, part.draw(picture.shape, createRandom(1), { epoch: 0, fraction: 0 }));
  expect(view.shape).toEqual([3, 2, 2]);
  [...values(view)].forEach((value, i) => {
    expect((value * 255) / 80).toBeCloseTo(expected[i % 2]!, 3); // 16-bit fixed point from bytes
  });
});
