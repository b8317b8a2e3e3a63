import { fileURLToPath } from 'node:url';
import type { Pixels } from '@viewforge/tensor';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { decodeImage, openImage, shrunkSize } from './index.ts';

const photo = (name: string) => fileURLToPath(new URL(`../../../examples/photos/${name}.jpg`, import.meta.url));

test.each([2, 4, 8] as const)('1/%i is the mean over areas within 4 levels on average, of any format', async (shrink) => {
  for (const name of ['coffee', 'grass']) {
    const file = sharp(photo(name));
    for (const bytes of [await file.toBuffer(), await file.clone().png().toBuffer()]) {
      const whole = await decodeImage(bytes);
      const small = await decodeImage(bytes, 'photo', { shrink });
      expect(small.shape).toEqual([3, Math.floor(whole.shape[1]! / shrink), Math.floor(whole.shape[2]! / shrink)]);
      expect(apart(small, whole)).toBeLessThan(4);
    }
  }
});

test('the size of the header tells the size of what is decoded, also of a turned image and where less than a pixel is left', async () => {
  for (const [height, width] of [
    [3, 40],
    [17, 33],
    [64, 8],
  ] as const)
    for (const orientation of [1, 6])
      for (const shrink of [1, 2, 4, 8] as const) {
        const bytes = await sharp(new Uint8Array(height * width * 3), { raw: { height, width, channels: 3 } })
          .withMetadata({ orientation })
          .jpeg()
          .toBuffer();
        const opened = await openImage(bytes);
        const size = shrunkSize(opened.header, shrink);
        expect((await opened.decode({ shrink })).shape).toEqual([3, size.height, size.width]);
      }
});

test('a turned image is turned before it is shrunk', async () => {
  const upright = await sharp(photo('coffee')).png().toBuffer();
  const turned = await sharp(upright).rotate(270).withMetadata({ orientation: 6 }).png().toBuffer();
  const [a, b] = [await decodeImage(upright, 'a', { shrink: 4 }), await decodeImage(turned, 'b', { shrink: 4 })];
  expect(b.shape).toEqual(a.shape);
  expect(a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]!), 0) / a.data.length).toBeLessThan(1); // rounding
});

test('damage is an error at every size', async () => {
  const whole = await sharp(photo('coffee')).toBuffer();
  for (const shrink of [2, 4, 8] as const)
    await expect(decodeImage(whole.subarray(0, 9000), 'cut', { shrink })).rejects.toMatchObject({ code: 'IMAGE_DECODE' });
});

/** Levels between an image and the mean over the areas of another, on average. */
function apart(small: Pixels, whole: Pixels): number {
  const [, height, width] = small.shape as [number, number, number];
  const [down, across] = [whole.shape[1]! / height, whole.shape[2]! / width];
  let sum = 0;
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < height; y += 3)
      for (let x = 0; x < width; x += 3)
        sum += Math.abs(areaMean(whole, c, [y * down, (y + 1) * down], [x * across, (x + 1) * across]) - small.get(c, y, x));
  return sum / (3 * Math.ceil(height / 3) * Math.ceil(width / 3));
}

function areaMean(whole: Pixels, c: number, [top, bottom]: [number, number], [left, right]: [number, number]): number {
  let [sum, area] = [0, 0];
  for (let y = Math.floor(top); y < bottom - 1e-9; y++)
    for (let x = Math.floor(left); x < right - 1e-9; x++) {
      const weight = (Math.min(y + 1, bottom) - Math.max(y, top)) * (Math.min(x + 1, right) - Math.max(x, left));
      sum += weight * whole.get(c, y, x);
      area += weight;
    }
  return sum / area;
}
