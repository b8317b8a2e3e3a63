import { createRandom } from '@viewforge/random';
import { image, values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { stagedFourierCrop } from './staged-fourier-crop.ts';

obeysAugmenterLaws(stagedFourierCrop, [...exampleImages(), rampImage(1, 9, 6)]);

const bandAt = (fraction: number, side = 224, options: Parameters<typeof stagedFourierCrop>[0] = {}) =>
  stagedFourierCrop(options).draw([3, side, side], createRandom(1), { epoch: 0, fraction }).band;

test.each([
  [0, 160],
  [179 / 300, 160],
  [180 / 300, 192],
  [239 / 300, 192],
  [240 / 300, 224],
])('at a share of %d the band is %d of 224', (fraction, band) => {
  expect(bandAt(fraction)).toBe(band);
});

test('on average 0.653061 of the pixels are left', () => {
  const shares = Array.from({ length: 300 }, (_, epoch) => (bandAt(epoch / 300) / 224) ** 2);
  expect(shares.reduce((sum, share) => sum + share, 0) / 300).toBeCloseTo(0.653061, 6);
});

test('bands are even and never below 2; the longer side counts', () => {
  expect(bandAt(0, 21)).toBe(14); // 15, and an odd band counts as the even one below
  expect(bandAt(0, 1)).toBe(2);
  expect(bandAt(0, 7, { shareRange: [0, 1] })).toBe(2);
  const { band } = stagedFourierCrop().draw([3, 70, 140], createRandom(1), { epoch: 0, fraction: 0 });
  expect(band).toBe(100);
});

test('a share of 1 is the image, also where its side is odd', () => {
  expect(bandAt(0, 225, { shareRange: [1, 1] })).toBe(225);
  const [input, whole] = [rampImage(3, 5, 7), stagedFourierCrop({ shareRange: [1, 1] })];
  const made = whole.apply(input, whole.draw(input.shape, createRandom(1), { epoch: 0, fraction: 0 }));
  expect(made.shape).toEqual(input.shape);
  expect(values(made)).toEqual(values(input));
});

test('an image of the size of the band stays exactly as it is, and the mean of a wave of low frequency is kept', () => {
  const [input] = exampleImages();
  const last = stagedFourierCrop().draw(input!.shape, createRandom(1), { epoch: 0, fraction: 0.9 });
  expect(values(stagedFourierCrop().apply(input!, last))).toEqual(values(input!));
  const wave = image(
    Float32Array.from({ length: 64 }, (_, i) => 0.5 + 0.25 * Math.cos((2 * Math.PI * (i % 8)) / 8)),
    1,
    8,
    8,
  );
  // cos(2 pi n / 8) sampled at 4 places instead of 8 is 1, 0, -1, 0
  const cropped = stagedFourierCrop().apply(wave, { stage: 0, band: 4 });
  expect(cropped.shape).toEqual([1, 4, 4]);
  [0.75, 0.5, 0.25, 0.5].forEach((value, x) => {
    expect(cropped.get(0, 2, x)).toBeCloseTo(value, 5); // float32
  });
});

test('as many stages as asked for, the first of them held', () => {
  const bands = [0, 0.25, 0.5, 0.75].map((fraction) => bandAt(fraction, 100, { stages: 4, held: 1, shareRange: [0.4, 1] }));
  expect(bands).toEqual([40, 60, 80, 100]);
  expect([0, 0.9].map((fraction) => bandAt(fraction, 100, { stages: 2, held: 5, shareRange: [0.4, 1] }))).toEqual([40, 40]);
});
