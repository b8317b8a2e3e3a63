import { crop as cut, toFloat } from '@viewforge/image';
import { createRandom } from '@viewforge/random';
import { pixels, values } from '@viewforge/tensor';
import { examplePixels, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { crop } from './crop.ts';

const start = { epoch: 0, fraction: 0 };
const onePixel = pixels(Uint8Array.of(51, 102, 153), 1, 1, 3);
const none = { left: 0, top: 0, right: 0, bottom: 0, mode: 'constant', fill: 0 } as const;

obeysAugmenterLaws(crop, [...examplePixels(2), onePixel, pixels(new Uint8Array(3 * 40), 1, 40, 3)], { size: 16 });

test('the square is a part of the picture, not resampled', () => {
  const [picture] = examplePixels(1);
  const part = crop({ size: 10 });
  const params = part.draw(picture!.shape, createRandom(3), start);
  const { top, left } = params;
  expect(params.padding).toEqual(none);
  const expected = cut(toFloat(picture!), { top, left, height: 10, width: 10 });
  expect(values(part.apply(picture!, params))).toEqual(values(expected));
});

test('every place is as likely, the first and the last included', () => {
  const random = createRandom(8);
  const counts = Array.from({ length: 9 }, () => 0);
  for (let i = 0; i < 4500; i++) counts[crop({ size: 32, padding: 4 }).draw([3, 32, 32], random, start).top]! += 1;
  for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(4 * Math.sqrt(500));
});

test('a padding of 4 around 32 x 32 can show up to 4 rows of fill', () => {
  const white = pixels(new Uint8Array(32 * 32 * 3).fill(255), 32, 32, 3);
  const part = crop({ size: 32, padding: 4, fill: 0.25 });
  const { padding } = part.draw(white.shape, createRandom(1), start);
  const view = part.apply(white, { top: 0, left: 8, size: 32, padding });
  expect([view.get(0, 3, 0), view.get(0, 4, 0)]).toEqual([0.25, 1]);
  expect([view.get(0, 4, 27), view.get(0, 4, 28)]).toEqual([1, 0.25]);
});

test('a picture that is smaller is padded evenly', () => {
  const part = crop({ size: 4, fill: 0.5 });
  const params = part.draw([3, 1, 1], createRandom(1), start);
  expect(params).toMatchObject({ top: 0, left: 0, padding: { left: 1, top: 1, right: 2, bottom: 2 } });
  const view = part.apply(onePixel, params);
  expect(view.get(0, 1, 1)).toBeCloseTo(0.2, 6);
  expect(values(view).filter((value) => value === 0.5)).toHaveLength(3 * 15);
});
