import { fourierCrop as crop } from '@viewforge/image';
import { createRandom } from '@viewforge/random';
import { image, values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { fourierCrop } from './fourier-crop.ts';

const start = { epoch: 0, fraction: 0 };

obeysAugmenterLaws(fourierCrop, [...exampleImages(), flatImage(9, 0.4)], { band: 6 });
obeysAugmenterLaws(fourierCrop, exampleImages(), { band: 15 });

test('a plane of 0 to 15 becomes [[5, 6], [9, 10]], whatever the seed', () => {
  const part = fourierCrop({ band: 2 });
  const ramp = image(
    Float32Array.from({ length: 16 }, (_, i) => i),
    1,
    4,
    4,
  );
  const [one, other] = [1, 2].map((seed) => part.draw(ramp.shape, createRandom(seed), start));
  expect(other).toEqual(one);
  for (const [i, value] of values(part.apply(ramp, one!)).entries()) expect(value).toBeCloseTo([5, 6, 9, 10][i]!, 6);
});

test.each([
  [[3, 300, 224], 160, [3, 160, 160]],
  [[3, 300, 100], 161, [3, 160, 100]],
  [[1, 13, 1], 20, [1, 13, 1]],
])('an image %j at band %i becomes %j', (shape, band, expected) => {
  expect(fourierCrop({ band }).reshape(shape, { band })).toEqual(expected);
});

test('a band as wide as the image changes nothing', () => {
  for (const each of exampleImages()) expect(values(fourierCrop().apply(each, { band: 21 }))).toEqual(values(each));
});

test('what it does is the function of the image package, with the band of the option', () => {
  const [picture] = exampleImages();
  const part = fourierCrop({ band: 10 });
  const params = part.draw(picture!.shape, createRandom(1), start);
  expect(part.apply(picture!, params).data).toEqual(crop(picture!, 10).data);
});
