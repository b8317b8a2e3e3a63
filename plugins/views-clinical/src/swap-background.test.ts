import { exampleImages, rampImage } from '@viewforge/testkit';
import { type Image, image, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { restrictToMask, swapBackground } from './index.ts';

const [scene] = exampleImages();
const disc = (h: number, w: number): Image =>
  image(Float32Array.from({ length: h * w }, (_, i) => Number(Math.hypot(Math.floor(i / w) - h / 2, (i % w) - w / 2) < 5)), 1, h, w); // biome-ignore format: one line

test('the foreground keeps its bits, the rest is the other scene’s', () => {
  const mask = disc(16, 16);
  const other = rampImage(3, 16, 16);
  const swapped = swapBackground(scene!, mask, other);
  for (let c = 0; c < 3; c++)
    for (let i = 0; i < 256; i++) {
      const from = mask.data[i] === 1 ? scene! : other;
      expect(swapped.data[c * 256 + i]).toBe(from.data[c * 256 + i]);
    }
  expect(values(mask).reduce((sum, each) => sum + each, 0)).toBeGreaterThan(50);
});

test('half a mask is half of both', () => {
  const half = image(Float32Array.of(0.5), 1, 1, 1);
  const swapped = swapBackground(image(Float32Array.of(0.2, 0.4), 2, 1, 1), half, image(Float32Array.of(0.6, 0.8), 2, 1, 1));
  expect([...swapped.data]).toEqual([0.4, 0.6].map((value) => expect.closeTo(value, 6)));
});

test('outside a mask there is one intensity', () => {
  const mask = image(Float32Array.of(1, 0, 0.25, 1), 1, 2, 2);
  const restricted = restrictToMask(image(Float32Array.of(0.1, 0.2, 0.4, 0.8), 1, 2, 2), mask, 0.6);
  expect([...restricted.data]).toEqual([0.1, 0.6, 0.1 + 0.45, 0.8].map((value) => expect.closeTo(value, 6)));
  expect(restrictToMask(scene!, disc(16, 16)).data.filter((value) => value === 0).length).toBeGreaterThan(300);
});

test('a whole mask changes nothing', () => {
  const whole = image(new Float32Array(256).fill(1), 1, 16, 16);
  expect(restrictToMask(scene!, whole).data).toEqual(scene!.data);
});

test('masks and backgrounds of other shapes are refused', () => {
  expect(() => restrictToMask(scene!, disc(16, 15))).toThrow('restrictToMask: expected a mask of [1, 16, 16], got [1,16,15]');
  expect(() => swapBackground(scene!, disc(16, 16), rampImage(1, 16, 16))).toThrow(RangeError);
});
