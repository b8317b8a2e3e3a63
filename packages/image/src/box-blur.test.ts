import { type Image, image, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { boxBlurGaussian, gaussianBlur } from './index.ts';

const scene = image(
  Float32Array.from({ length: 3 * 23 * 31 }, (_, i) => (Math.sin(i * 1.7) * Math.cos(i * 0.013) + 1) / 2),
  3,
  23,
  31,
);

/** One box of radius r (whole pixels, and a part of one at either end) along a line whose ends go on; an integral by its definition. */
function box(line: readonly number[], radius: number): number[] {
  const whole = Math.floor(radius);
  const at = (i: number) => line[Math.min(line.length - 1, Math.max(0, i))]!;
  return line.map((_, i) => {
    let sum = (radius - whole) * (at(i - whole - 1) + at(i + whole + 1));
    for (let k = -whole; k <= whole; k++) sum += at(i + k);
    return sum / (2 * radius + 1);
  });
}

function blurred(input: Image, radius: number): Float64Array {
  const [c, h, w] = input.shape as [number, number, number];
  const result = Float64Array.from(values(input));
  const along = (start: number, step: number, count: number) => {
    let line = Array.from({ length: count }, (_, i) => result[start + i * step]!);
    for (let pass = 0; pass < 3; pass++) line = box(line, radius);
    line.forEach((value, i) => {
      result[start + i * step] = value;
    });
  };
  for (let row = 0; row < c * h; row++) along(row * w, 1, w);
  for (let plane = 0; plane < c; plane++) for (let x = 0; x < w; x++) along(plane * h * w + x, w, h);
  return result;
}

test.each([0.4, 1, 2, 3.7])('agrees with three boxes along each line, whose variances add up to that of %d', (deviation) => {
  const variance = (radius: number) => {
    const whole = Math.floor(radius);
    let sum = 2 * (radius - whole) * (whole + 1) ** 2;
    for (let k = 1; k <= whole; k++) sum += 2 * k ** 2;
    return (3 * sum) / (2 * radius + 1);
  };
  let [low, high] = [0, 10];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (variance(middle) < deviation ** 2) low = middle;
    else high = middle;
  }
  const expected = blurred(scene, low);
  for (const [i, value] of values(boxBlurGaussian(scene, deviation)).entries()) expect(value).toBeCloseTo(expected[i]!, 5);
});

test('it is close to the Gaussian that it stands for, away from the edges', () => {
  const [boxes, gauss] = [boxBlurGaussian(scene, 2), gaussianBlur(scene, { size: 21, deviation: 2 })];
  for (let y = 8; y < 15; y++)
    for (let x = 8; x < 23; x++) expect(Math.abs(boxes.get(0, y, x) - gauss.get(0, y, x))).toBeLessThan(0.02);
});

test('a deviation of 0 is the identity, below 0 there is none, and a single pixel stays', () => {
  expect([...values(boxBlurGaussian(scene, 0))]).toEqual([...values(scene)]);
  expect(values(boxBlurGaussian(image(Float32Array.of(0.25), 1, 1, 1), 3))[0]).toBeCloseTo(0.25, 6);
  expect(() => boxBlurGaussian(scene, -1)).toThrow('boxBlurGaussian: expected a deviation');
});
