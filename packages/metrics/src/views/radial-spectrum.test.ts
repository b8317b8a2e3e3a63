import { createRandom } from '@viewforge/random';
import { type Image, image } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { radialSpectrumOf, spectrumRatioOf } from '../index.ts';

test('a wave of two cycles over sixteen pixels lies on the ring of frequency 1/8', () => {
  const power = radialSpectrumOf(
    draw(16, 16, (_, x) => 0.5 + 0.25 * Math.cos((2 * Math.PI * 2 * x) / 16)),
    8,
  );
  expect(power[2]!).toBeGreaterThan(10); // [2/16, 3/16) holds two frequencies of power (256 / 8)^2 among a few of none
  // ring 0 holds nothing but the mean, which is left out
  expect([...power].flatMap((each, ring) => (each < 1e-8 ? [ring] : []))).toEqual([1, 3, 4, 5, 6, 7]); // float32 pixels
  expect(power[0]).toBeNaN();
});

test.each([
  [6, 6, 3],
  [5, 8, 4],
])('power of [%i, %i] agrees with the transform written out', (h, w, rings) => {
  const input = noise(2, h, w, 1);
  const [sums, counts] = [new Float64Array(rings), new Float64Array(rings)];
  for (let v = 0; v < h; v++) {
    for (let u = 0; u < w; u++) {
      const radius = Math.hypot(Math.min(v, h - v) / h, Math.min(u, w - u) / w);
      if (radius === 0 || radius > 0.5) continue;
      const ring = Math.min(Math.floor(radius * 2 * rings), rings - 1);
      counts[ring]! += 1;
      sums[ring]! += powerAt(input, v, u);
    }
  }
  const found = radialSpectrumOf(input, rings);
  expect([...found]).toEqual(
    [...sums].map((sum, ring) => (counts[ring] === 0 ? Number.NaN : expect.closeTo(sum / counts[ring]!, 9))),
  );
  expect(counts.some((count) => count > 1)).toBe(true);
});

test('half the contrast is a quarter of the power, at every frequency', () => {
  const input = noise(1, 16, 16, 2);
  const ratio = spectrumRatioOf(
    input,
    image(
      input.data.map((v) => v / 2),
      1,
      16,
      16,
    ),
    4,
  );
  expect([...ratio]).toEqual(Array.from({ length: 4 }, () => expect.closeTo(0.25, 12)));
});

test('a blur takes fine detail and keeps the coarse', () => {
  const input = noise(1, 32, 32, 3);
  const blurred = draw(32, 32, (y, x) => {
    let sum = 0;
    for (let dy = 0; dy < 3; dy++) for (let dx = 0; dx < 3; dx++) sum += input.get(0, (y + dy) % 32, (x + dx) % 32) / 9;
    return sum;
  });
  const ratio = spectrumRatioOf(input, blurred, 8);
  expect(ratio[0]!).toBeGreaterThan(0.8);
  expect(ratio[7]!).toBeLessThan(0.2);
});

test('where the sample has no power there is no ratio', () => {
  const ratio = spectrumRatioOf(
    draw(8, 8, () => 0.3),
    noise(1, 8, 8, 4),
    2,
  );
  expect([...ratio]).toEqual([Number.NaN, Number.NaN]);
});

test('rings that hold no frequency, and images of one pixel, have no power to speak of', () => {
  expect([...radialSpectrumOf(noise(1, 1, 1, 5), 2)]).toEqual([Number.NaN, Number.NaN]);
});

function powerAt(input: Image, v: number, u: number): number {
  const [c, h, w] = input.shape as [number, number, number];
  let power = 0;
  for (let channel = 0; channel < c; channel++) {
    let [real, imaginary] = [0, 0];
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const angle = -2 * Math.PI * ((v * y) / h + (u * x) / w);
        real += input.get(channel, y, x) * Math.cos(angle);
        imaginary += input.get(channel, y, x) * Math.sin(angle);
      }
    }
    power += real ** 2 + imaginary ** 2;
  }
  return power;
}

function draw(h: number, w: number, of: (y: number, x: number) => number): Image {
  return image(
    Float32Array.from({ length: h * w }, (_, at) => of(Math.floor(at / w), at % w)),
    1,
    h,
    w,
  );
}

function noise(c: number, h: number, w: number, seed: number): Image {
  const random = createRandom('spectrum').fork(seed);
  return image(
    Float32Array.from({ length: c * h * w }, () => random.uniform(0, 1)),
    c,
    h,
    w,
  );
}
