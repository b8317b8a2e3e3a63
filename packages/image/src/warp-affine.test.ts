import { type Image, image, values } from '@viewforge/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AffineMatrix, affineMatrix, turnQuarter, warpAffine } from './index.ts';

const identity: AffineMatrix = [1, 0, 0, 0, 1, 0];
const both = ['bilinear', 'nearest'] as const;

describe.each(both)('%s', (interpolation) => {
  test('the identity gives the same bytes, with and without a fill', () => {
    for (const input of exampleImages()) {
      expect(values(warpAffine(input, { matrix: identity, interpolation }))).toEqual(values(input));
      expect(values(warpAffine(input, { matrix: identity, interpolation, fill: 0.5 }))).toEqual(values(input));
    }
  });

  test('a move by whole pixels copies them and fills what is left', () => {
    const matrix = affineMatrix({ degrees: 0, translate: [1, -1], scale: 1, shear: [0, 0] });
    const moved = warpAffine(rampImage(1, 2, 3), { matrix, interpolation, fill: 0.9 });
    expect([...values(moved)]).toEqual([...Float32Array.of(0.9, 3 / 6, 4 / 6, 0.9, 0.9, 0.9)]);
  });

  test('a quarter clockwise of a square of odd side is the exact quarter turn', () => {
    const matrix = affineMatrix({ degrees: 90, translate: [0, 0], scale: 1, shear: [0, 0] });
    const input = rampImage(3, 7, 7);
    const turned = values(warpAffine(input, { matrix, interpolation, fill: 0 }));
    const exact = values(turnQuarter(input, -1));
    for (const [i, value] of turned.entries()) expect(value).toBeCloseTo(exact[i]!, 6); // cos(90°) is 6e-17
  });

  test('a result of another size has the same center', () => {
    const cut = warpAffine(rampImage(1, 5, 5), { matrix: identity, interpolation, height: 1, width: 3 });
    expect([...values(cut)]).toEqual([...Float32Array.of(11 / 25, 12 / 25, 13 / 25)]);
  });
});

test('bilinear results agree with plain loops', () => {
  const input = rampImage(2, 6, 9);
  const property = fc.property(
    fc.double({ min: -180, max: 180, noNaN: true }),
    fc.double({ min: 0.5, max: 2, noNaN: true }),
    fc.double({ min: -4, max: 4, noNaN: true }),
    (degrees, scale, shift) => {
      const matrix = affineMatrix({ degrees, translate: [shift, -shift / 2], scale, shear: [10, 0] });
      const expected = slowly(input, matrix);
      const result = values(warpAffine(input, { matrix, interpolation: 'bilinear' }));
      for (const [i, value] of expected.entries()) expect(result[i]).toBeCloseTo(value, 5); // float32 places
    },
  );
  fc.assert(property, { seed: 6, numRuns: 100 });
});

test('without a fill the border fades to black; a fill counts by the share that is missing', () => {
  const matrix = affineMatrix({ degrees: 0, translate: [0.5, 0], scale: 1, shear: [0, 0] });
  const faded = warpAffine(flatImage(1, 0.8), { matrix, interpolation: 'bilinear' });
  expect(values(faded)[0]).toBeCloseTo(0.4, 6);
  const filled = warpAffine(flatImage(1, 0.8), { matrix, interpolation: 'bilinear', fill: 0.6 });
  expect(values(filled)[0]).toBeCloseTo(0.4 * 0.5 + 0.6 * 0.5, 6);
});

test('a fill may be a color', () => {
  const away = affineMatrix({ degrees: 0, translate: [9, 0], scale: 1, shear: [0, 0] });
  const filled = warpAffine(flatImage(1, 1, 3), { matrix: away, interpolation: 'bilinear', fill: [0.1, 0.2, 0.3] });
  expect([...values(filled)]).toEqual([...Float32Array.of(0.1, 0.2, 0.3)]);
  expect(() => warpAffine(flatImage(1, 1, 3), { matrix: away, interpolation: 'bilinear', fill: [0.1, 0.2] })).toThrow(
    'warpAffine: expected 1 or 3 values to fill with, got 2',
  );
});

test('a matrix that is not finite is refused', () => {
  const matrix: AffineMatrix = [1, 0, Number.NaN, 0, 1, 0];
  expect(() => warpAffine(flatImage(1, 1), { matrix, interpolation: 'bilinear' })).toThrow(
    'warpAffine: expected a finite matrix',
  );
});

function slowly(input: Image, [a, b, c, d, e, f]: AffineMatrix): Float64Array {
  const [channels, h, w] = input.shape as [number, number, number];
  const at = (channel: number, y: number, x: number) => (y < 0 || y >= h || x < 0 || x >= w ? 0 : input.get(channel, y, x));
  return Float64Array.from({ length: channels * h * w }, (_, i) => {
    const [channel, row, column] = [Math.floor(i / (h * w)), Math.floor(i / w) % h, i % w];
    const [x, y] = [column - (w - 1) / 2, row - (h - 1) / 2];
    const [u, v] = [a * x + b * y + c + (w - 1) / 2, d * x + e * y + f + (h - 1) / 2];
    let sum = 0;
    for (let k = 0; k < h; k++) {
      // every pixel is a tent one pixel wide to each side
      for (let l = 0; l < w; l++) sum += Math.max(0, 1 - Math.abs(v - k)) * Math.max(0, 1 - Math.abs(u - l)) * at(channel, k, l);
    }
    return sum;
  });
}

test('an image with one channel is warped like each of three', () => {
  const matrix = affineMatrix({ degrees: 20, translate: [0, 0], scale: 0.8, shear: [5, 5] });
  const gray = rampImage(1, 8, 5);
  const three = image(Float32Array.from([...values(gray), ...values(gray), ...values(gray)]), 3, 8, 5);
  const [one, all] = [gray, three].map((input) => values(warpAffine(input, { matrix, interpolation: 'bilinear', fill: 0.3 })));
  expect(all).toEqual(Float32Array.from([...one!, ...one!, ...one!]));
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
