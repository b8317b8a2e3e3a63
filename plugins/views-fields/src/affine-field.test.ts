import { warpAffine, warpField } from '@viewforge/image';
import { exampleImages } from '@viewforge/testkit';
import { values } from '@viewforge/tensor';
import { describe, expect, test } from 'vitest';
import { type AffineField, affineField } from './affine-field.ts';

const none = { translation: 0, rotation: 0, scale: 0, shear: 0 };
/** So long that every parameter is the same all over the image. */
const constant = 1e7;

/** The matrix and the translation of a field that is affine, from three pixels of it; rows first. */
function affineOf(field: Float32Array, height: number, width: number) {
  const at = (plane: number, y: number, x: number) => field[plane * height * width + y * width + x]!;
  const [h, w] = [height - 1, width - 1];
  const matrix = [0, 1].map((plane) => [
    (at(plane, h, 0) - at(plane, 0, 0)) / h + Number(plane === 0),
    (at(plane, 0, w) - at(plane, 0, 0)) / w + Number(plane === 1),
  ]) as [[number, number], [number, number]];
  const center = [0, 1].map((plane) => (at(plane, 0, 0) + at(plane, h, w)) / 2);
  return { matrix, center };
}

function constantField(deviations: Partial<AffineField['deviations']>, seed = 3) {
  const { field, halvings } = affineField(21, 31, { seed, length: constant, deviations: { ...none, ...deviations } });
  expect(halvings).toBe(0);
  return affineOf(field, 21, 31);
}

test('without deviations nothing moves, not by a bit', () => {
  const { field, ...rest } = affineField(8, 5, { seed: 1, length: 2, deviations: none });
  expect(field.every((value) => value === 0)).toBe(true);
  expect(rest).toEqual({ foldFraction: 0, halvings: 0, folded: false });
});

describe('constant parameters are one affine map', () => {
  test('a rotation keeps lengths and angles, and the center', () => {
    const { matrix, center } = constantField({ rotation: 0.3 });
    const [[a, b], [c, d]] = matrix;
    expect([d, -c]).toEqual([expect.closeTo(a, 4), expect.closeTo(b, 4)]);
    expect(a * d - b * c).toBeCloseTo(1, 4);
    expect(Math.abs(b)).toBeGreaterThan(0.01);
    for (const value of center) expect(value).toBeCloseTo(0, 4);
  });

  test('a scale stretches each axis by itself', () => {
    const [[a, b], [c, d]] = constantField({ scale: 0.3 }).matrix;
    expect([b, c]).toEqual([expect.closeTo(0, 4), expect.closeTo(0, 4)]);
    expect(Math.abs(Math.log(a / d))).toBeGreaterThan(0.01);
  });

  test('a shear moves rows by their columns', () => {
    const [[a, b], [c, d]] = constantField({ shear: 0.3 }).matrix;
    expect([a, c, d]).toEqual([expect.closeTo(1, 4), expect.closeTo(0, 4), expect.closeTo(1, 4)]);
    expect(Math.abs(b)).toBeGreaterThan(0.01);
  });

  test('a translation moves everything alike, in shares of each side', () => {
    const { matrix, center } = constantField({ translation: 0.1 });
    expect(matrix.flat()).toEqual([1, 0, 0, 1].map((value) => expect.closeTo(value, 4)));
    const deviations = [0, 1].map((axis) =>
      Math.sqrt(
        Array.from({ length: 400 }, (_, seed) => constantField({ translation: 0.1 }, seed).center[axis]! ** 2).reduce(
          (a, b) => a + b,
        ) / 400,
      ),
    );
    expect(Math.abs(deviations[0]! / 2.1 - 1)).toBeLessThan(0.1); // three deviations of the estimate
    expect(Math.abs(deviations[1]! / 3.1 - 1)).toBeLessThan(0.1);
    expect(Math.abs(center[0]! / center[1]! - 21 / 31)).toBeGreaterThan(0.01); // drawn apart
  });

  test('the warped image is that of the same global map', () => {
    const [, picture] = exampleImages();
    const [, height, width] = picture!.shape as [number, number, number];
    const deviations = { translation: 0, rotation: 0.05, scale: 0.03, shear: 0.03 };
    const { field } = affineField(height, width, { seed: 8, length: constant, deviations });
    const [[a, b], [c, d]] = affineOf(field, height, width).matrix;
    const warped = values(warpField(picture!, field, { interpolation: 'bilinear', border: 'zero' }));
    const matrix = [d, c, 0, b, a, 0] as const; // columns first
    const expected = values(warpAffine(picture!, { matrix, interpolation: 'bilinear', fill: 0 }));
    for (let y = 3; y < height - 3; y++)
      for (let x = 3; x < width - 3; x++) expect(warped[y * width + x]).toBeCloseTo(expected[y * width + x]!, 3);
  });
});

test('a field that would fold is held back, and says so', () => {
  const deviations = { translation: 0.3, rotation: 0.5, scale: 0.3, shear: 0.3 };
  const fields = Array.from({ length: 20 }, (_, seed) => affineField(32, 32, { seed, length: 4, deviations }));
  expect(fields.some(({ halvings }) => halvings > 0)).toBe(true);
  for (const { foldFraction, folded, halvings } of fields) {
    expect(folded).toBe(foldFraction >= 0.01);
    if (folded) expect(halvings).toBe(5);
  }
});
