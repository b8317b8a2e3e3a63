import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Image, image, values } from '@viewforge/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { crop, decodeImage, degradeJpeg, encodeImage, toFloat } from './index.ts';

const photos = ['chelsea', 'coffee', 'astronaut'].map((name) =>
  fileURLToPath(new URL(`../../../examples/photos/${name}.jpg`, import.meta.url)),
);
let scenes: Image[];

beforeAll(async () => {
  const whole = await Promise.all(photos.map((file) => decodeImage(readFileSync(file))));
  scenes = whole.map((photo) => crop(photo, { top: 40, left: 60, height: 177, width: 203 }));
});

// a codec computes the transform in whole numbers, so that single coefficients near half a step fall on its other side
describe.each([10, 30, 50, 75, 90])('at quality %i a photograph is what a codec gives back', (quality) => {
  test('in gray, most values to the level', async () => {
    for (const scene of scenes) {
      const gray = image(values(scene).slice(0, 177 * 203), 1, 177, 203);
      const [ours, coded] = [values(degradeJpeg(gray, quality)), values(await recoded(gray, quality)).subarray(0, 177 * 203)];
      expect(share(ours, coded, 0)).toBeGreaterThan(0.7);
      expect(share(ours, coded, 2)).toBeGreaterThan(0.96);
    }
  });
  test('in color, most values within two levels, and the error is the codec’s', async () => {
    for (const scene of scenes) {
      const [ours, coded] = [values(degradeJpeg(scene, quality)), values(await recoded(scene, quality))];
      expect(share(ours, coded, 2)).toBeGreaterThan(0.9);
      expect(deviation(ours, coded)).toBeLessThan(0.5 * deviation(ours, values(scene)));
    }
  });
});

test('a wave of the transform is rounded to whole steps', () => {
  // at quality 10 the step of the first horizontal wave is 5 * 11; its coefficient is 4 sqrt(2) times its amplitude
  const wave = (amplitude: number) =>
    Float32Array.from({ length: 64 }, (_, i) => {
      const level = 128 + amplitude * Math.cos(((2 * (i % 8) + 1) * Math.PI) / 16);
      return Math.floor(level + 0.5) / 255;
    });
  const degraded = (amplitude: number) => values(degradeJpeg(image(wave(amplitude), 1, 8, 8), 10));
  expect(degraded(4)).toEqual(wave(0)); // 22.6 is less than half a step
  expect(degraded(6)).toEqual(wave(55 / Math.sqrt(32))); // 33.9 is more
  expect(degraded(14)).toEqual(degraded(6));
  expect(degraded(16)).toEqual(wave(110 / Math.sqrt(32)));
});

test('below a quality of 50, steps are those of codecs, which cut the scale to a whole percentage', () => {
  // at 30 it is 166 percent: the step of the last wave is floor((99 * 166 + 50) / 100) = 164, where 5000 / 30 would make it 165
  const wave = (coefficient: number) =>
    Float32Array.from({ length: 64 }, (_, i) => {
      const along = (position: number) => Math.cos(((2 * position + 1) * 7 * Math.PI) / 16);
      return Math.floor(128 + (coefficient / 4) * along(i % 8) * along(i >> 3) + 0.5) / 255;
    });
  expect(values(degradeJpeg(image(wave(495), 1, 8, 8), 30))).toEqual(wave(3 * 164));
});

test('at quality 100 a gray image moves by a level or so', () => {
  const gray = image(values(scenes[0]!).slice(0, 177 * 203), 1, 177, 203);
  const [before, after] = [values(gray), values(degradeJpeg(gray, 100))];
  for (let i = 0; i < before.length; i++) expect(Math.abs(before[i]! - after[i]!) * 255).toBeLessThan(2.5);
});

test('results are levels, and what is coded again at the same quality hardly changes', () => {
  const once = degradeJpeg(scenes[1]!, 40);
  for (const value of values(once).subarray(0, 5000)) expect(Math.abs(value * 255 - Math.round(value * 255))).toBeLessThan(1e-4);
  expect(deviation(values(degradeJpeg(once, 40)), values(once))).toBeLessThan(0.5 * deviation(values(once), values(scenes[1]!)));
});

test.each([
  [1, 1, 1],
  [3, 1, 1],
  [3, 1, 40],
  [3, 40, 1],
  [2, 9, 17],
  [3, 15, 33],
])('a flat image of [%i, %i, %i] stays flat', (c, h, w) => {
  // luma of (200, 200, 200) - 128 is 72: its mean coefficient 576 is 36 steps of 16
  const flat = degradeJpeg(image(new Float32Array(c * h * w).fill(200 / 255), c, h, w), 50);
  expect(new Set(values(flat))).toEqual(new Set([Math.fround(200 / 255)]));
});

test.each([0, 101, Number.NaN])('a quality of %d is refused', (quality) => {
  expect(() => degradeJpeg(scenes[0]!, quality)).toThrow(`degradeJpeg: expected a quality in 1 to 100, got ${quality}`);
});

/** The image after being written and read again. */
async function recoded(input: Image, quality: number): Promise<Image> {
  return toFloat(await decodeImage(await encodeImage(input, { format: 'jpeg', quality })));
}

/** Share of the values that differ by at most so many levels. */
function share(a: Float32Array, b: Float32Array, levels: number): number {
  return a.filter((value, i) => Math.abs(value - b[i]!) * 255 < levels + 0.5).length / a.length;
}

/** Root of the mean squared difference. */
function deviation(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length);
}
