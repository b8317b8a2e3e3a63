import { createRandom } from '@viewforge/random';
import { type Image, image } from '@viewforge/tensor';
import { flatImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { structuralSimilarityOf } from '../index.ts';

test('an image is like itself', () => {
  const input = noise(3, 16, 20, 1);
  expect(structuralSimilarityOf(input, input)).toBeCloseTo(1, 12);
});

test('flat images differ by brightness alone', () => {
  const [a, b, c1] = [0.25, 0.75, 0.0001];
  // the rounding of .25 and .75 in float32 is exact
  expect(structuralSimilarityOf(flat(a), flat(b))).toBeCloseTo((2 * a * b + c1) / (a * a + b * b + c1), 10);
});

test('a negative has the opposite structure', () => {
  const input = noise(1, 16, 16, 2);
  expect(
    structuralSimilarityOf(
      input,
      image(
        input.data.map((v) => 1 - v),
        1,
        16,
        16,
      ),
    ),
  ).toBeLessThan(-0.9);
});

test.each([
  [1, 11, 11],
  [3, 13, 17],
  [2, 12, 30],
])('images of [%i, %i, %i] agree with sums over whole windows written out', (c, h, w) => {
  const [a, b] = [noise(c, h, w, 3), noise(c, h, w, 4)];
  expect(structuralSimilarityOf(a, b)).toBeCloseTo(slowSimilarity(a, b), 10);
});

test('it makes no difference which image comes first', () => {
  const [a, b] = [noise(1, 12, 12, 5), noise(1, 12, 12, 6)];
  expect(structuralSimilarityOf(a, b)).toBeCloseTo(structuralSimilarityOf(b, a), 12);
});

test('a single pixel is compared by itself: its variance is 0', () => {
  const [a, b, c1] = [0.5, 0.25, 0.0001];
  const [x, y] = [a, b].map((v) => image(Float32Array.of(v), 1, 1, 1)) as [Image, Image];
  expect(structuralSimilarityOf(x, y)).toBeCloseTo((2 * a * b + c1) / (a * a + b * b + c1), 12);
});

test('no pixels are like nothing', () => {
  expect(structuralSimilarityOf(image(new Float32Array(0), 3, 0, 0), image(new Float32Array(0), 3, 0, 0))).toBeNaN();
});

/** The definition, with one Gaussian window of 11 by 11 at a time, and central moments. */
function slowSimilarity(a: Image, b: Image): number {
  const [c, h, w] = a.shape as [number, number, number];
  const weight = (dy: number, dx: number): number => Math.exp(-(dy * dy + dx * dx) / 4.5);
  const places: [number, number][] = [];
  for (let dy = -5; dy <= 5; dy++) for (let dx = -5; dx <= 5; dx++) places.push([dy, dx]);
  const total = places.reduce((sum, [dy, dx]) => sum + weight(dy, dx), 0);
  const found: number[] = [];
  for (let channel = 0; channel < c; channel++) {
    for (let y = 5; y < h - 5; y++) {
      for (let x = 5; x < w - 5; x++) {
        const mean = (of: (dy: number, dx: number) => number): number =>
          places.reduce((sum, [dy, dx]) => sum + (weight(dy, dx) / total) * of(dy, dx), 0);
        const p = (dy: number, dx: number): number => a.get(channel, y + dy, x + dx);
        const q = (dy: number, dx: number): number => b.get(channel, y + dy, x + dx);
        const [mp, mq] = [mean(p), mean(q)];
        const vp = mean((dy, dx) => (p(dy, dx) - mp) ** 2);
        const vq = mean((dy, dx) => (q(dy, dx) - mq) ** 2);
        const pq = mean((dy, dx) => (p(dy, dx) - mp) * (q(dy, dx) - mq));
        found.push(((2 * mp * mq + 1e-4) * (2 * pq + 9e-4)) / ((mp * mp + mq * mq + 1e-4) * (vp + vq + 9e-4)));
      }
    }
  }
  return found.reduce((sum, each) => sum + each, 0) / found.length;
}

function noise(c: number, h: number, w: number, seed: number): Image {
  const random = createRandom('similarity').fork(seed);
  return image(
    Float32Array.from({ length: c * h * w }, () => random.uniform(0, 1)),
    c,
    h,
    w,
  );
}

function flat(value: number): Image {
  return flatImage(14, value);
}
