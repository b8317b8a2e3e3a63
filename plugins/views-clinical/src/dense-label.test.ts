import { defineAugmenter, sequence, sometimes } from '@viewforge/core';
import { flipHorizontal, mapImage } from '@viewforge/image';
import { horizontalFlip } from '@viewforge/augment';
import { createRandom } from '@viewforge/random';
import { flatImage, rampImage } from '@viewforge/testkit';
import { values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { drawDense, makeDense } from './index.ts';

const start = { epoch: 0, fraction: 0 };
const darker = defineAugmenter({
  name: 'darker',
  summary: 'Halve intensities.',
  accepts: 'image',
  returns: 'image',
  draw: () => ({}),
  apply: (image) => mapImage(image, (value) => value / 2),
});
const recipe = { geometry: sequence(sometimes(0.5, horizontalFlip())), photometric: darker() };
const sample = { image: rampImage(3, 6, 8), target: rampImage(1, 6, 8) };

test('image and target are turned alike, and the image alone is darker', () => {
  const seen = new Set<boolean>();
  for (let seed = 0; seed < 10; seed++) {
    const drawn = drawDense(sample.image.shape, recipe, createRandom(seed), start);
    const { image, target } = makeDense(sample, recipe, drawn);
    const isFlipped = (drawn.geometry as unknown[])[0] !== null;
    seen.add(isFlipped);
    expect(target.data).toEqual((isFlipped ? flipHorizontal(sample.target) : sample.target).data);
    expect(image.data).toEqual((isFlipped ? flipHorizontal(sample.image) : sample.image).data.map((value) => value / 2));
  }
  expect(seen.size).toBe(2);
});

test('the corrupted target is share · target + (1 - share) · N(0, 1)', () => {
  const flat = { image: flatImage(128, 0.5, 3), target: flatImage(128, 0.5) };
  const { corrupted } = makeDense(flat, recipe, { geometry: [null], photometric: {}, share: 0.75, seed: 9 });
  const numbers = values(corrupted);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length;
  expect(Math.abs(mean - 0.375)).toBeLessThan(0.01); // 0.25 / 128 is a deviation
  expect(Math.abs(variance - 0.0625)).toBeLessThan(0.0035); // 0.0007 is a deviation
});

test('a share of 1 would leave the target; shares are drawn from [0, 1)', () => {
  const { corrupted, target } = makeDense(sample, recipe, { geometry: [null], photometric: {}, share: 1, seed: 9 });
  expect(corrupted.data).toEqual(target.data);
  const shares = Array.from({ length: 500 }, (_, seed) => drawDense([3, 4, 4], recipe, createRandom(seed), start).share);
  expect(Math.min(...shares)).toBeLessThan(0.02);
  expect(Math.max(...shares)).toBeGreaterThan(0.98);
});

test('what is drawn survives JSON', () => {
  const drawn = drawDense(sample.image.shape, recipe, createRandom(1), start);
  expect(JSON.parse(JSON.stringify(drawn))).toEqual(drawn);
});
