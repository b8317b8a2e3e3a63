import { warpField } from '@viewforge/image';
import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { deformation } from './deformation.ts';
import { deformationField } from './deformation-field.ts';

const start = { epoch: 0, fraction: 0 };

obeysAugmenterLaws(deformation, [...exampleImages(), rampImage(1, 9, 12), rampImage(4, 1, 5)]);

test.each([[{ levelRange: [0, 0] as const }], [{ velocity: 0 }]])('%j leaves every byte as it is', (options) => {
  const part = deformation(options);
  for (const each of exampleImages()) {
    expect(values(part.apply(each, part.draw(each.shape, createRandom(1), start)))).toEqual(values(each));
  }
});

test('the image is warped by the field of its params', () => {
  const [picture] = exampleImages();
  const part = deformation({ levelRange: [48, 48], border: 'edge' });
  const { border, ...params } = part.draw(picture!.shape, createRandom(2), start);
  const { field } = deformationField(16, 16, params);
  const expected = warpField(picture!, field, { interpolation: 'bilinear', border: 'edge' });
  const warped = part.apply(picture!, { border, ...params });
  expect(warped.data).toEqual(expected.data);
  expect(warped.data).not.toEqual(picture!.data);
});

test('a flat image stays flat, but beyond a zero border', () => {
  const at = (border: 'reflect' | 'edge' | 'zero') => {
    const part = deformation({ levelRange: [80, 80], border });
    return values(part.apply(flatImage(32, 0.6), part.draw([1, 32, 32], createRandom(3), start)));
  };
  for (const border of ['reflect', 'edge'] as const) for (const value of at(border)) expect(value).toBeCloseTo(0.6, 6);
  expect(Math.min(...at('zero'))).toBeLessThan(0.3);
});

test('levels fill their range', () => {
  const part = deformation({ levelRange: [5, 30] });
  const levels = Array.from({ length: 500 }, (_, seed) => part.draw([3, 8, 8], createRandom(seed), start).level);
  expect(Math.min(...levels)).toBeGreaterThanOrEqual(5);
  expect(Math.min(...levels)).toBeLessThan(5.5);
  expect(Math.max(...levels)).toBeGreaterThan(29.5);
  expect(Math.max(...levels)).toBeLessThan(30);
});
