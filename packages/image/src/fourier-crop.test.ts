import { type Image, image, values } from '@viewforge/tensor';
import { describe, expect, test } from 'vitest';
import { flipHorizontal, flipVertical, fourierCrop } from './index.ts';

/** Values in [0, 1) with all frequencies, the same every time. */
function noiseImage(c: number, h: number, w: number): Image {
  let state = 1;
  const data = Float32Array.from({ length: c * h * w }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
  return image(data, c, h, w);
}

/** The kept frequencies of an axis: all, or 0 .. band/2 - 1 and n - band/2 .. n - 1. */
function kept(n: number, band: number): number[] {
  const half = Math.floor(band / 2);
  const all = Array.from({ length: n }, (_, k) => k);
  return n <= band ? all : all.filter((k) => k < half || k >= n - half);
}

/** Spectrum, cut, inverse and scale of one plane, each by its definition. */
function naive(plane: Float32Array, h: number, w: number, band: number): number[] {
  const [rows, columns] = [kept(h, band), kept(w, band)];
  const spectrum = rows.map((ky) =>
    columns.map((kx) => {
      let [re, im] = [0, 0];
      for (let y = 0; y < h; y++)
        for (let x = 0; x < w; x++) {
          const angle = -2 * Math.PI * (((ky * y) % h) / h + ((kx * x) % w) / w);
          re += plane[y * w + x]! * Math.cos(angle);
          im += plane[y * w + x]! * Math.sin(angle);
        }
      return [re, im] as const;
    }),
  );
  const [made, wide] = [rows.length, columns.length];
  return Array.from({ length: made * wide }, (_, i) => {
    const [p, q] = [Math.floor(i / wide), i % wide];
    let sum = 0;
    for (let ky = 0; ky < made; ky++)
      for (let kx = 0; kx < wide; kx++) {
        const angle = 2 * Math.PI * ((ky * p) / made + (kx * q) / wide);
        sum += spectrum[ky]![kx]![0] * Math.cos(angle) - spectrum[ky]![kx]![1] * Math.sin(angle);
      }
    return sum / (h * w); // 1 / (made * wide) of the inverse, times (made / h)(wide / w)
  });
}

/** Within 1e-6, which float32 keeps for some 30 terms an axis. */
function expectClose(actual: Image, expected: ArrayLike<number>): void {
  const got = values(actual);
  expect(got.length).toBe(expected.length);
  for (const [i, value] of got.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-6);
}

describe.each([
  [4, 4, 2],
  [8, 8, 6],
  [9, 13, 6],
  [13, 9, 7],
  [12, 5, 4],
  [5, 4, 4],
  [3, 30, 8],
  [1, 11, 4],
  [24, 1, 10],
  [31, 32, 30],
])('of %i x %i pixels, at band %i', (h, w, band) => {
  test('it is the cut spectrum, transformed back', () => {
    const input = noiseImage(1, h, w);
    expectClose(fourierCrop(input, band), naive(values(input), h, w, band));
  });
});

test('a plane of 0 to 15 becomes [[5, 6], [9, 10]]', () => {
  const input = image(
    Float32Array.from({ length: 16 }, (_, i) => i),
    1,
    4,
    4,
  );
  expectClose(fourierCrop(input, 2), [5, 6, 9, 10]);
});

test('one period of a cosine keeps its shape: eight samples become (1, 0, -1, 0)', () => {
  const wave = Float32Array.from({ length: 8 }, (_, n) => Math.cos((2 * Math.PI * n) / 8));
  expectClose(fourierCrop(image(wave, 1, 1, 8), 4), [1, 0, -1, 0]);
  expectClose(fourierCrop(image(wave, 1, 8, 1), 4), [1, 0, -1, 0]);
});

test('frequencies above the band are gone, those below are as they were', () => {
  const at = (n: number, i: number) => 0.5 + 0.2 * Math.cos((2 * Math.PI * 3 * i) / n + 1);
  const mixed = Float32Array.from({ length: 32 }, (_, i) => at(32, i) + 0.2 * Math.sin((2 * Math.PI * 11 * i) / 32));
  expectClose(
    fourierCrop(image(mixed, 1, 1, 32), 16),
    Array.from({ length: 16 }, (_, i) => at(16, i)),
  );
});

test('each channel is cropped by itself', () => {
  const input = noiseImage(4, 10, 12);
  const result = fourierCrop(input, 6);
  expect(result.shape).toEqual([4, 6, 6]);
  for (let c = 0; c < 4; c++) {
    const plane = image(values(input).slice(c * 120, (c + 1) * 120), 1, 10, 12);
    expectClose(fourierCrop(plane, 6), values(result).slice(c * 36, (c + 1) * 36));
  }
});

test.each([
  [13, 21, 21],
  [1, 1, 2],
  [7, 7, 100],
])('an image of %i x %i is as before at band %i', (h, w, band) => {
  const input = noiseImage(3, h, w);
  const result = fourierCrop(input, band);
  expect(result.shape).toEqual([3, h, w]);
  expect(values(result)).toEqual(values(input));
  expect(result.data).not.toBe(input.data);
});

test('an odd band counts as the even one below', () => {
  const input = noiseImage(3, 20, 16);
  expect(fourierCrop(input, 9)).toEqual(fourierCrop(input, 8));
});

test('a flat image stays flat, also at the size of a photograph', () => {
  const flat = image(new Float32Array(3 * 224 * 200).fill(0.7), 3, 224, 200);
  for (const value of values(fourierCrop(flat, 160))) expect(value).toBeCloseTo(0.7, 5); // float32, 224 terms
});

test('it commutes with flips where nothing is at the half frequency', () => {
  const smooth = Float32Array.from({ length: 20 * 24 }, (_, i) => {
    const [y, x] = [Math.floor(i / 24) / 20, (i % 24) / 24];
    return 0.5 + 0.3 * Math.sin(2 * Math.PI * (2 * y + 3 * x) + 0.4);
  });
  const input = image(smooth, 1, 20, 24);
  // pixel centers of a flip are half a pixel off the grid of the transform: compare flips that keep pixel 0 in place
  const about0 = (each: Image, flip: (input: Image) => Image) => rolled(flip(each), flip === flipVertical);
  for (const flip of [flipHorizontal, flipVertical]) {
    expectClose(about0(fourierCrop(input, 10), flip), values(fourierCrop(about0(input, flip), 10)));
  }
});

/** Every row, or every column, one place on, the last one first. */
function rolled(input: Image, down: boolean): Image {
  const [, h, w] = input.shape as [number, number, number];
  const from = values(input);
  const at = (y: number, x: number) => from[((y + h) % h) * w + ((x + w) % w)]!;
  const data = Float32Array.from({ length: h * w }, (_, i) => {
    const [y, x] = [Math.floor(i / w), i % w];
    return down ? at(y - 1, x) : at(y, x - 1);
  });
  return image(data, 1, h, w);
}

test('a sharp edge rings beyond [0, 1], which is not clamped', () => {
  const edge = Float32Array.from({ length: 64 }, (_, i) => Number(i % 64 >= 32));
  const result = values(fourierCrop(image(edge, 1, 1, 64), 16));
  expect(Math.max(...result)).toBeGreaterThan(1.03);
  expect(Math.min(...result)).toBeLessThan(-0.03);
});

test.each([0, 1, -4, 2.5, Number.NaN])('a band of %d is refused', (band) => {
  expect(() => fourierCrop(noiseImage(1, 8, 8), band)).toThrow(`expected a band of whole pixels >= 2, got ${band}`);
});
