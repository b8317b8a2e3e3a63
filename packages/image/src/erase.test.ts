import { type Image, image, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { crop, erase, eraseWithNoise, paste } from './index.ts';

const box = { top: 1, left: 0, height: 2, width: 2 };

test('a box takes one value, everything else stays', () => {
  const erased = erase(rampImage(1, 3, 3), box, 0.5);
  expect([...values(erased)]).toEqual([...Float32Array.of(0, 1 / 9, 2 / 9, 0.5, 0.5, 5 / 9, 0.5, 0.5, 8 / 9)]);
});

test('a box takes a color', () => {
  const erased = erase(flatImage(3, 1, 3), box, [0.1, 0.2, 0.3]);
  expect([0, 1, 2].map((c) => erased.get(c, 2, 1))).toEqual([...Float32Array.of(0.1, 0.2, 0.3)]);
  expect(() => erase(flatImage(3, 1, 3), box, [0.1])).toThrow('erase: expected 1 or 3 values to fill with, got 1');
});

test('what was cut out and pasted back gives the same bytes', () => {
  for (const input of exampleImages()) {
    const [, h, w] = input.shape as [number, number, number];
    const part = { top: h >> 1, left: w >> 1, height: h - (h >> 1), width: w - (w >> 1) };
    const pasted = paste(erase(input, part, 0), crop(input, part), part);
    expect(values(pasted)).toEqual(values(input));
  }
});

test('noise fills the box from end to end of [0, 1), and nothing else', () => {
  const noisy = eraseWithNoise(flatImage(40, 2, 3), { top: 5, left: 8, height: 30, width: 20 }, 7);
  const drawn = values(noisy).filter((value) => value !== 2);
  expect(drawn).toHaveLength(3 * 30 * 20);
  expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
  expect(drawn.reduce((sum, value) => sum + value, 0) / drawn.length).toBeCloseTo(0.5, 1); // 1800 draws
  expect(noisy.get(0, 5, 8)).not.toBe(noisy.get(1, 5, 8));
  expect(noisy.get(0, 4, 8)).toBe(2);
});

test('a box or a patch that does not fit is refused', () => {
  expect(() => erase(flatImage(3, 1), { ...box, left: 2 }, 0)).toThrow('erase: expected a box of whole pixels inside [3,3]');
  expect(() => paste(flatImage(3, 1), flatImage(3, 1), { top: 1, left: 0 })).toThrow('paste: expected a box of whole pixels');
  expect(() => paste(flatImage(3, 1), flatImage(1, 1, 3), { top: 1, left: 0 })).toThrow('expected a patch of 1 channels, got 3');
});

/** Every value another: i / (c h w) for value i. */
function rampImage(c: number, h: number, w: number): Image {
  return image(
    Float32Array.from({ length: c * h * w }, (_, i) => i / (c * h * w)),
    c,
    h,
    w,
  );
}

/** One value everywhere. */
function flatImage(side: number, value: number, channels = 1): Image {
  return image(new Float32Array(channels * side * side).fill(value), channels, side, side);
}

/** A square, a wide, a tall, a flat and a single one; values all over [0, 1]. */
function exampleImages(): Image[] {
  return [
    [3, 8, 8],
    [3, 5, 9],
    [1, 9, 4],
    [3, 1, 6],
    [3, 1, 1],
  ].map(([c, h, w]) => {
    const data = Float32Array.from({ length: c! * h! * w! }, (_, i) => ((i * 97 + 13) % 251) / 250);
    return image(data, c!, h!, w!);
  });
}
