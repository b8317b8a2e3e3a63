import { type Image, image, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { crop, pad } from './index.ts';

const none = { left: 0, top: 0, right: 0, bottom: 0 };

test.each([
  { mode: 'constant', row: [9, 9, 9, 9, 0, 1, 2, 9, 9, 9] },
  { mode: 'edge', row: [0, 0, 0, 0, 0, 1, 2, 2, 2, 2] },
  // longer than the picture: mirrored again
  { mode: 'reflect', row: [0, 1, 2, 1, 0, 1, 2, 1, 0, 1] },
] as const)('0 1 2 with 4 pixels before and 3 after, $mode', ({ mode, row }) => {
  const padded = pad(rampImage(1, 1, 3), { ...none, left: 4, right: 3, mode, fill: 3 });
  expect([...values(padded)]).toEqual([...Float32Array.from(row, (value) => value / 3)]);
});

test.each(['constant', 'edge', 'reflect'] as const)(
  'the input lies in the middle, untouched, and corners follow both axes, %s',
  (mode) => {
    for (const input of exampleImages()) {
      const [c, h, w] = input.shape as [number, number, number];
      const padded = pad(input, { left: 2, top: 3, right: 1, bottom: 30, mode, fill: 0.25 });
      expect(padded.shape).toEqual([c, h + 33, w + 3]);
      expect(values(crop(padded, { top: 3, left: 2, height: h, width: w }))).toEqual(values(input));
      const across = pad(input, { ...none, left: 2, right: 1, mode, fill: 0.25 });
      const down = pad(across, { ...none, top: 3, bottom: 30, mode, fill: 0.25 });
      expect(values(padded)).toEqual(values(down));
    }
  },
);

test('a fill may be a color', () => {
  const padded = pad(rampImage(3, 1, 1), { ...none, top: 1, mode: 'constant', fill: [0.1, 0.2, 0.3] });
  expect([0, 1, 2].map((c) => padded.get(c, 0, 0))).toEqual([...Float32Array.of(0.1, 0.2, 0.3)]);
});

test('less than nothing cannot be added', () => {
  expect(() => pad(rampImage(1, 2, 2), { ...none, left: -1, mode: 'edge' })).toThrow(
    'pad: expected whole numbers of pixels >= 0',
  );
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
