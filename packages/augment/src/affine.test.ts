import { createRandom } from '@viewforge/random';
import { type Image, values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws, pointImage, rampImage } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { affine } from './affine.ts';
import { rotate } from './rotate.ts';

const start = { epoch: 0, fraction: 0 };
const examples = [...exampleImages(), rampImage(1, 5, 8), rampImage(3, 1, 9)];
const still = { degrees: 0, right: 0, down: 0, scale: 1, shearX: 0, shearY: 0, interpolation: 'bilinear', fill: 0.5 } as const;

obeysAugmenterLaws(affine, examples);

test('with every motion switched off the bytes stay the same', () => {
  const part = affine({ degreesRange: [0, 0], translateShare: 0, scaleRange: [1, 1], shearXRange: [0, 0], fill: 0.5 });
  for (const image of examples) {
    const params = part.draw(image.shape, createRandom(1), start);
    expect(values(part.apply(image, params))).toEqual(values(image));
  }
});

describe('a bright point at the right of the middle, which is at (5, 5) of 11', () => {
  const point = rampImage(1, 11, 11);
  values(point).fill(0);
  point.set(0, 5, 8, 1);
  test.each([
    { name: 'turned clockwise goes down', params: { degrees: 90 }, to: [8, 5] },
    { name: 'moved right and down', params: { right: 1, down: 2 }, to: [7, 9] },
    { name: 'enlarged goes outward', params: { scale: 5 / 3 }, to: [5, 10] },
    { name: 'rises', params: { shearY: 45 }, to: [2, 8] },
    { name: 'on level lines, is not leaned', params: { shearX: 45 }, to: [5, 8] },
  ])('$name', ({ params, to }) => {
    expect(brightest(affine().apply(point, { ...still, ...params, fill: 0 }))).toEqual(to);
  });
});

test('a point above the middle leans to the right', () => {
  const point = rampImage(1, 11, 11);
  values(point).fill(0);
  point.set(0, 3, 5, 1);
  expect(brightest(affine().apply(point, { ...still, shearX: 45, fill: 0 }))).toEqual([3, 7]);
});

test('turning alone is a rotation the other way', () => {
  const image = exampleImages()[1]!;
  const turned = affine().apply(image, { ...still, degrees: 33 });
  expect(values(turned)).toEqual(values(rotate().apply(image, { degrees: -33, interpolation: 'bilinear', fill: 0.5 })));
});

test('the middle stays where nothing is moved', () => {
  const warped = affine().apply(pointImage(9), { ...still, degrees: 70, scale: 2, shearX: 20, shearY: -10, fill: 0 });
  expect(warped.get(0, 4, 4)).toBeCloseTo(1, 5);
});

test('moves are shares of their own axis', () => {
  const part = affine({ translateShare: 0.25 });
  const random = createRandom(2);
  const drawn = Array.from({ length: 500 }, () => part.draw([3, 40, 400], random, start));
  expect(Math.max(...drawn.map(({ down }) => Math.abs(down)))).toBeLessThanOrEqual(10);
  expect(Math.max(...drawn.map(({ down }) => Math.abs(down)))).toBeGreaterThan(9);
  expect(Math.max(...drawn.map(({ right }) => Math.abs(right)))).toBeGreaterThan(90);
});

test('a picture that has moved away is the fill, and results stay in [0, 1]', () => {
  const away = affine().apply(flatImage(4, 1, 3), { ...still, right: 9 });
  expect(values(away).every((value) => value === 0.5)).toBe(true);
  const part = affine({ fill: 1 });
  for (let seed = 0; seed < 20; seed++) {
    const result = values(part.apply(flatImage(16, 1, 3), part.draw([3, 16, 16], createRandom(seed), start)));
    expect(result.every((value) => value >= 0 && value <= 1)).toBe(true);
  }
});

/** Row and column of the largest value. */
function brightest(image: Image): [number, number] {
  const data = values(image);
  const at = data.indexOf(Math.max(...data));
  return [Math.floor(at / image.shape[2]!), at % image.shape[2]!];
}
