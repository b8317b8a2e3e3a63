import { warpField } from '@viewforge/image';
import { createRandom } from '@viewforge/random';
import { image, values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { affineField } from './affine-field.ts';
import { fieldAffine } from './field-affine.ts';

const start = { epoch: 0, fraction: 0 };

obeysAugmenterLaws(fieldAffine, [...exampleImages(), rampImage(1, 9, 12), rampImage(4, 1, 5)]);

test('a strength of 0 leaves every byte as it is', () => {
  const part = fieldAffine({ strength: 0 });
  for (const each of exampleImages()) {
    expect(values(part.apply(each, part.draw(each.shape, createRandom(1), start)))).toEqual(values(each));
  }
});

test('params are a seed, a length in pixels and the deviations at this strength', () => {
  const { seed, ...rest } = fieldAffine({ strength: 0.5 }).draw([3, 100, 200], createRandom(2), start);
  expect(Number.isSafeInteger(seed)).toBe(true);
  expect(rest).toEqual({
    length: 30,
    deviations: { translation: 0.015, rotation: (4 * Math.PI) / 180, scale: 0.04, shear: 0.04 },
  });
});

test('a flat image stays flat, beyond its border too', () => {
  const part = fieldAffine({ strength: 2, translation: 0.5 });
  const after = part.apply(flatImage(24, 0.3, 3), part.draw([3, 24, 24], createRandom(3), start));
  for (const value of values(after)) expect(value).toBeCloseTo(0.3, 6);
});

test('a mask warped by the field of the params stays aligned with the image', () => {
  const mask = image(
    Float32Array.from({ length: 900 }, (_, i) => Number(Math.hypot(Math.floor(i / 30) - 15, (i % 30) - 12) < 8)),
    1,
    30,
    30,
  );
  const part = fieldAffine();
  const params = part.draw(mask.shape, createRandom(4), start);
  const moved = values(part.apply(mask, params));
  const { field } = affineField(30, 30, params);
  const nearest = values(warpField(mask, field, { interpolation: 'nearest', border: 'reflect' }));
  expect(moved).not.toEqual(values(mask));
  // where no neighbor is of the other side both agree exactly
  for (const [i, value] of moved.entries()) if (value === 0 || value === 1) expect(nearest[i]).toBe(value);
});

test('the stronger, the more pixels move, as long as nothing folds', () => {
  const part = (strength: number) => fieldAffine({ strength, length: 0.5 });
  const mean = (strength: number) => {
    const sizes = Array.from({ length: 10 }, (_, seed) => {
      const { field } = affineField(32, 32, part(strength).draw([3, 32, 32], createRandom(seed), start));
      return field.reduce((sum, value) => sum + Math.abs(value), 0) / field.length;
    });
    return sizes.reduce((sum, size) => sum + size, 0) / 10;
  };
  expect(mean(0.5) / mean(0.25)).toBeCloseTo(2, 1);
  expect(mean(0.25)).toBeGreaterThan(0.1);
});
