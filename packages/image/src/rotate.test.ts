import { type Image, image, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { rotate, turnQuarter } from './index.ts';

test('90 degrees are a quarter turn to the left', () => {
  const input = rampImage(1, 5, 5);
  const turned = values(rotate(input, { degrees: 90, interpolation: 'bilinear', expand: false, fill: 0 }));
  const exact = values(turnQuarter(input, 1));
  for (const [i, value] of turned.entries()) expect(value).toBeCloseTo(exact[i]!, 6);
  expect(turned[0]).toBeCloseTo(4 / 25, 6); // the top right corner
});

test.each([
  { degrees: 0, height: 4, width: 6 },
  { degrees: 90, height: 6, width: 4 },
  { degrees: -90, height: 6, width: 4 },
  { degrees: 180, height: 4, width: 6 },
  // corners reach 3 cos 45° + 2 sin 45° = 3.54 to each side of a center that lies on a pixel border
  { degrees: 45, height: 8, width: 8 },
])('a frame of 4 x 6 that grows is $height x $width at $degrees degrees', ({ degrees, height, width }) => {
  const turned = rotate(rampImage(1, 4, 6), { degrees, interpolation: 'nearest', expand: true, fill: 0 });
  expect(turned.shape).toEqual([1, height, width]);
});

test('a frame that grows loses nothing but what the border blurs', () => {
  const total = (data: Float32Array) => data.reduce((sum, value) => sum + value, 0);
  const turned = rotate(flatImage(21, 1), { degrees: 30, interpolation: 'bilinear', expand: true });
  expect(total(values(turned)) / 21 ** 2).toBeCloseTo(1, 1);
  const cut = rotate(flatImage(21, 1), { degrees: 30, interpolation: 'bilinear', expand: false });
  expect(total(values(cut)) / 21 ** 2).toBeLessThan(0.95);
});

test('corners that turn in are filled', () => {
  const turned = rotate(flatImage(9, 1, 3), { degrees: 45, interpolation: 'nearest', expand: false, fill: [0.1, 0.2, 0.3] });
  expect([0, 1, 2].map((c) => turned.get(c, 0, 0))).toEqual([...Float32Array.of(0.1, 0.2, 0.3)]);
  expect(turned.get(0, 4, 4)).toBe(1);
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
