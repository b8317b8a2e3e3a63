import { createRandom } from '@viewforge/random';
import { pixels } from '@viewforge/tensor';
import { examplePixels, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { centerCrop } from './center-crop.ts';

const start = { epoch: 0, fraction: 0 };

obeysAugmenterLaws(centerCrop, examplePixels(2), { size: 16 });

test('resizing the shorter side to 256 and cutting 224 is cutting 224/256 of it and resizing to 224', () => {
  const params = centerCrop().draw([3, 512, 800], createRandom(1), start);
  expect(params).toMatchObject({ side: 448, top: 32, left: 176, size: 224 });
});

test('the seed does not matter', () => {
  const crop = centerCrop({ size: 8 });
  expect(crop.draw([3, 30, 20], createRandom(1), start)).toEqual(crop.draw([3, 30, 20], createRandom(2), start));
});

test('the middle of a picture is what remains', () => {
  const picture = pixels(new Uint8Array(5 * 5 * 3), 5, 5, 3);
  picture.set(0, 2, 2, 255);
  const crop = centerCrop({ size: 1, share: 0.2 });
  const view = crop.apply(picture, crop.draw(picture.shape, createRandom(1), start));
  expect([view.get(0, 0, 0), view.get(1, 0, 0)]).toEqual([1, 0]);
});
