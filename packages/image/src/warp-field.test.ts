import { type Image, image, values } from '@viewforge/tensor';
import { describe, expect, test } from 'vitest';
import { warpField } from './index.ts';

describe.each(['bilinear', 'nearest'] as const)('%s', (interpolation) => {
  test.each(['zero', 'edge', 'reflect'] as const)('a field of 0 gives the same bytes, border %s', (border) => {
    for (const input of exampleImages()) {
      const [, h, w] = input.shape as [number, number, number];
      expect(values(warpField(input, new Float32Array(2 * h * w), { interpolation, border }))).toEqual(values(input));
    }
  });

  test.each([
    { border: 'zero', row: [2, 3, 4, 0, 0] },
    { border: 'edge', row: [2, 3, 4, 4, 4] },
    { border: 'reflect', row: [2, 3, 4, 3, 2] },
  ] as const)('two pixels further to the right, beyond the border $border', ({ border, row }) => {
    const field = Float32Array.of(...new Array(5).fill(0), ...new Array(5).fill(2));
    const result = warpField(rampImage(1, 1, 5), field, { interpolation, border });
    expect([...values(result)]).toEqual([...Float32Array.from(row, (value) => value / 5)]);
  });

  test('the first plane of a field points down', () => {
    const field = Float32Array.of(1, 1, 1, 1, 0, 0, 0, 0);
    const result = warpField(rampImage(1, 2, 2), field, { interpolation, border: 'zero' });
    expect([...values(result)]).toEqual([0.5, 0.75, 0, 0]);
  });
});

test('half a pixel is the mean of two', () => {
  const result = warpField(rampImage(1, 1, 4), Float32Array.of(0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5), {
    interpolation: 'bilinear',
    border: 'edge',
  });
  expect([...values(result)]).toEqual([0.125, 0.375, 0.625, 0.75]);
});

test('what is no number is beyond the border, and nothing is infinite', () => {
  const field = Float32Array.of(Number.NaN, 0, Number.POSITIVE_INFINITY, 0, 0, Number.NaN, 0, Number.NEGATIVE_INFINITY);
  for (const border of ['zero', 'edge', 'reflect'] as const) {
    const result = warpField(rampImage(3, 2, 2), field, { interpolation: 'bilinear', border });
    expect(values(result).every(Number.isFinite)).toBe(true);
  }
});

test('a field of another size is refused', () => {
  const warp = { interpolation: 'bilinear', border: 'zero' } as const;
  expect(() => warpField(rampImage(1, 2, 2), new Float32Array(4), warp)).toThrow(
    'warpField: expected a field of [2, 2, 2], got 4 values',
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
