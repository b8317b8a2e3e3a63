import { type Image, image, values } from '@viewforge/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxBlurGaussian, gaussianBlur, gaussianWeights } from './index.ts';

test('weights of deviation 1 and 3 taps, worked by hand', () => {
  const weights = [...gaussianWeights({ size: 3, deviation: 1 })];
  for (const [i, weight] of weights.entries()) expect(weight).toBeCloseTo([0.274069, 0.451863, 0.274069][i]!, 6);
});

test('one bright pixel becomes the kernel, and its sum stays 1', () => {
  const point = image(new Float32Array(15 * 15), 1, 15, 15);
  point.set(0, 7, 7, 1);
  const blurred = gaussianBlur(point, { size: 13, deviation: 1 });
  expect(sum(blurred)).toBeCloseTo(1, 5);
  expect(blurred.get(0, 7, 7)).toBeCloseTo(1 / (2 * Math.PI), 4);
  expect(blurred.get(0, 6, 7)).toBeCloseTo(Math.exp(-0.5) / (2 * Math.PI), 4);
  expect(blurred.get(0, 6, 7)).toBe(blurred.get(0, 7, 8));
});

test('a flat image stays flat, even one far smaller than the kernel', () => {
  const side = fc.integer({ min: 1, max: 30 });
  const property = fc.property(side, side, fc.double({ min: 0.05, max: 6, noNaN: true }), (height, width, deviation) => {
    const flat = image(new Float32Array(3 * height * width).fill(0.3), 3, height, width);
    for (const value of values(gaussianBlur(flat, { size: 23, deviation }))) expect(value).toBeCloseTo(0.3, 6);
  });
  fc.assert(property, { seed: 4, numRuns: 60 });
});

test('white stays in [0, 1], whatever the deviation', () => {
  const white = image(new Float32Array(20 * 20).fill(1), 1, 20, 20);
  for (let deviation = 0.1; deviation < 8; deviation += 0.05) {
    for (const border of ['reflect', 'zero', 'edge'] as const) {
      expect(Math.max(...values(gaussianBlur(white, { size: 23, deviation, border })))).toBeLessThanOrEqual(1);
    }
    expect(Math.max(...values(boxBlurGaussian(white, deviation)))).toBeLessThanOrEqual(1);
  }
});

test('the border is mirrored without the edge itself', () => {
  const row = image(Float32Array.of(1, 0, 0, 0), 1, 1, 4);
  const [side, center] = gaussianWeights({ size: 3, deviation: 1 });
  const blurred = gaussianBlur(row, { size: 3, deviation: 1 });
  expect(blurred.get(0, 0, 0)).toBeCloseTo(center!, 6);
  expect(blurred.get(0, 0, 1)).toBeCloseTo(side!, 6);
});

test('two pixels are reflected as often as the kernel needs', () => {
  const row = image(Float32Array.of(1, 0), 1, 1, 2); // reflected: ... 1 0 1 0 1 0 ...
  const weights = [...gaussianWeights({ size: 9, deviation: 2 })];
  const even = weights.filter((_, i) => i % 2 === 0).reduce((total, weight) => total + weight, 0);
  const blurred = gaussianBlur(row, { size: 9, deviation: 2 });
  expect(blurred.get(0, 0, 0)).toBeCloseTo(even, 6);
  expect(blurred.get(0, 0, 1)).toBeCloseTo(1 - even, 6);
});

test('a zero border darkens the edge by the weights that lie outside', () => {
  const flat = image(new Float32Array(81).fill(1), 1, 9, 9);
  const [side] = gaussianWeights({ size: 3, deviation: 1 });
  const blurred = gaussianBlur(flat, { size: 3, deviation: 1, border: 'zero' });
  expect(blurred.get(0, 4, 0)).toBeCloseTo(1 - side!, 6);
  expect(blurred.get(0, 0, 0)).toBeCloseTo((1 - side!) ** 2, 6);
  expect(blurred.get(0, 4, 4)).toBeCloseTo(1, 6);
});

test('a very small deviation is the identity', () => {
  const row = image(Float32Array.of(0.1, 0.7, 0.3), 1, 1, 3);
  expect([...values(gaussianBlur(row, { size: 23, deviation: 0.1 }))]).toEqual([...values(row)]);
});

test('an even size or a deviation of 0 is refused', () => {
  expect(() => gaussianWeights({ size: 4, deviation: 1 })).toThrow('expected an odd size and a deviation > 0, got 4 and 1');
  expect(() => gaussianWeights({ size: 5, deviation: 0 })).toThrow('expected an odd size');
});

function sum(input: Image): number {
  return values(input).reduce((total, value) => total + value, 0);
}
