import { type Image, image, pixels, values } from '@viewforge/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clampImage,
  crop,
  flipHorizontal,
  flipVertical,
  type Interpolation,
  resize,
  resizedCrop,
  toBytes,
  toFloat,
  toPixels,
} from './index.ts';

const row = (...numbers: number[]) => image(Float32Array.from(numbers), 1, 1, numbers.length);
const wide = (width: number, antialias: boolean, interpolation: Interpolation = 'bilinear') => ({
  height: 1,
  width,
  interpolation,
  antialias,
});

test.each([
  { from: [0, 1, 2, 3], to: [0.5, 2.5], options: wide(2, false) },
  { from: [0, 1, 2, 3], to: [5 / 7, 16 / 7], options: wide(2, true) },
  { from: [0, 1], to: [0, 0.25, 0.75, 1], options: wide(4, true) },
  { from: [0, 1], to: [0, 0.25, 0.75, 1], options: wide(4, false) },
  { from: [4, 5, 6, 7, 8], to: [4, 5, 7], options: wide(3, false, 'nearest') }, // floor(0), floor(1.67), floor(3.33)
  { from: [4, 5, 6, 7, 8], to: [4, 6, 8], options: wide(3, false, 'nearest-exact') }, // floor(0.83), floor(2.5), floor(4.17)
  { from: [4, 5], to: [4, 4, 5, 5, 5], options: wide(5, false, 'nearest-exact') }, // 1.0 is the second pixel already
])('$from to $options.width pixels, antialias $options.antialias, $options.interpolation', ({ from, to, options }) => {
  const result = [...values(resize(row(...from), options))];
  expect(result).toHaveLength(to.length);
  for (const [i, value] of result.entries()) expect(value).toBeCloseTo(to[i]!, 5);
});

/** The kernels by their definitions, at a distance in pixels of the smaller of both sizes. */
const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const kernels = {
  box: (x: number) => (Math.abs(x) < 0.5 ? 1 : 0),
  hamming: (x: number) => (Math.abs(x) < 1 ? sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x)) : 0),
  lanczos: (x: number) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0),
};

test.each([
  ['box', 7, 3],
  ['hamming', 7, 3],
  ['lanczos', 9, 4],
  ['lanczos', 4, 9],
  ['hamming', 3, 5],
] as const)('%s from %d to %d pixels is the mean weighed by its kernel', (name, input, output) => {
  const from = Array.from({ length: input }, (_, i) => ((i * 5) % 7) / 7);
  const stretch = Math.max(input / output, 1);
  const expected = Array.from({ length: output }, (_, i) => {
    const weights = from.map((_, j) => kernels[name]((j + 0.5 - ((i + 0.5) * input) / output) / stretch));
    return from.reduce((sum, value, j) => sum + value * weights[j]!, 0) / weights.reduce((a, b) => a + b);
  });
  const found = [...values(resize(row(...from), wide(output, true, name)))];
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
});

describe.each(['bilinear', 'bicubic', 'nearest', 'lanczos', 'box', 'hamming'] as const)('%s', (interpolation) => {
  const side = fc.integer({ min: 1, max: 20 });
  test.each([true, false])('a flat image stays flat, whatever the sizes; antialias %s', (antialias) => {
    const property = fc.property(
      side,
      side,
      side,
      side,
      fc.float({ min: 0, max: 1, noNaN: true }),
      (h, w, height, width, level) => {
        const flat = image(new Float32Array(3 * h * w).fill(level), 3, h, w);
        const result = values(resize(flat, { height, width, interpolation, antialias }));
        expect(result).toHaveLength(3 * height * width);
        for (const value of result) expect(value).toBeCloseTo(level, 5);
      },
    );
    fc.assert(property, { seed: 3, numRuns: 80 });
  });

  test('from bytes the result is in [0, 1], even where bicubic overshoots', () => {
    const checks = pixels(
      Uint8Array.from({ length: 9 * 9 * 3 }, (_, i) => (Math.floor(i / 3) % 2) * 255),
      9,
      9,
      3,
    );
    for (const antialias of [true, false]) {
      const result = values(resize(checks, { height: 31, width: 5, interpolation, antialias }));
      expect(Math.min(...result)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...result)).toBeLessThanOrEqual(1);
    }
  });

  test('bytes and floats give the same image', () => {
    const photo = noisyPixels(23, 31);
    const options = { height: 12, width: 40, interpolation, antialias: true };
    const box = { top: 2, left: 5, height: 20, width: 17 };
    const fromFloats = clampImage(resizedCrop(toFloat(photo), box, options));
    expect(largestDifference(resizedCrop(photo, box, options), fromFloats)).toBeLessThan(2e-4); // 16-bit fixed point on the way from bytes
  });

  test('bytes and floats give the same image where thousands of rows become one', () => {
    const edge = pixels(
      Uint8Array.from({ length: 5000 * 2 * 3 }, (_, i) => (i < 9000 ? 255 : 0)),
      5000,
      2,
      3,
    );
    const options = { height: 1, width: 2, interpolation, antialias: true };
    expect(largestDifference(resize(edge, options), clampImage(resize(toFloat(edge), options)))).toBeLessThan(2e-4);
  });

  test('a flip folded in is the flip of the result, to the bit', () => {
    const options = { height: 9, width: 10, interpolation, antialias: true };
    for (const input of [noisyPixels(23, 31), toFloat(noisyPixels(23, 31))]) {
      const flipped = resize(input, { ...options, flip: true });
      expect([...values(flipped)]).toEqual([...values(flipHorizontal(resize(input, options)))]);
    }
  });
});

test('a crop of the same size is exact: byte / 255', () => {
  const photo = noisyPixels(8, 9);
  const box = { top: 1, left: 2, height: 4, width: 5 };
  const cut = resizedCrop(photo, box, { height: 4, width: 5, interpolation: 'bicubic', antialias: true });
  expect(cut.get(1, 2, 3)).toBe(Math.fround(photo.get(1, 3, 5) / 255));
  expect([...values(cut)]).toEqual([...values(crop(photo, box))]);
  expect([...values(cut)]).toEqual([...values(crop(toFloat(photo), box))]);
});

test('pixels in any memory layout give the same image', () => {
  const photo = noisyPixels(6, 7);
  const turned = photo.transpose(0, 2, 1);
  expect(toFloat(turned).get(2, 3, 4)).toBe(toFloat(photo).get(2, 4, 3));
  const window = photo.lo(0, 1, 2).hi(3, 4, 4);
  expect([...values(toFloat(window))]).toEqual([...values(crop(photo, { top: 1, left: 2, height: 4, width: 4 }))]);
});

test('bytes to floats and back are the same bytes', () => {
  const every = pixels(
    Uint8Array.from({ length: 768 }, (_, i) => i),
    16,
    16,
    3,
  );
  expect([...toPixels(toFloat(every)).data]).toEqual([...every.data]);
  expect([...toBytes(row(-1, 0.5, 2, 1.5 / 255, Number.NaN))]).toEqual([0, 128, 255, 2, 0]);
});

test('flipping twice is nothing, once swaps the ends', () => {
  const input = toFloat(noisyPixels(5, 7));
  expect(flipHorizontal(input).get(1, 2, 0)).toBe(input.get(1, 2, 6));
  expect(flipVertical(input).get(1, 0, 3)).toBe(input.get(1, 4, 3));
  expect([...values(flipHorizontal(flipHorizontal(input)))]).toEqual([...values(input)]);
  expect([...values(flipVertical(flipVertical(input)))]).toEqual([...values(input)]);
});

test('a box that leaves the image is refused', () => {
  expect(() => crop(row(1, 2, 3), { top: 0, left: 2, height: 1, width: 2 })).toThrow(
    'expected a box of whole pixels inside [1,3]',
  );
  expect(() => resize(row(1, 2), wide(0, true))).toThrow('expected a size of whole pixels >= 1, got 1 x 0');
});

function noisyPixels(height: number, width: number) {
  let state = 7;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
  return pixels(Uint8Array.from({ length: height * width * 3 }, next), height, width, 3);
}

function largestDifference(a: Image, b: Image): number {
  const other = values(b);
  return values(a).reduce((most, value, i) => Math.max(most, Math.abs(value - other[i]!)), 0);
}
