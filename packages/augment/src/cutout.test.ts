import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { cutout } from './cutout.ts';

const start = { epoch: 0, fraction: 0 };
const examples = [...exampleImages(), rampImage(1, 5, 8), rampImage(3, 1, 9)];

obeysAugmenterLaws(cutout, examples);

test('one square of half the shorter side, clipped at the border', () => {
  const random = createRandom(1);
  const sizes = new Set<string>();
  for (let i = 0; i < 300; i++) {
    const { boxes } = cutout().draw([3, 8, 20], random, start);
    const { top, left, height, width } = boxes[0]!;
    expect(boxes).toHaveLength(1);
    expect(top >= 0 && left >= 0 && top + height <= 8 && left + width <= 20).toBe(true);
    sizes.add(`${height} x ${width}`);
  }
  // around a pixel in the middle whole; around the first pixel its later half; around the last, two before and itself
  expect(sizes).toContain('4 x 4');
  expect(sizes).toContain('2 x 4');
  expect(sizes).toContain('3 x 4');
  expect([...sizes].every((size) => /^[234] x [234]$/.test(size))).toBe(true);
});

test('squares of pixels do not depend on the size', () => {
  const part = cutout({ count: 40, sideRange: [3, 3], sideUnit: 'pixels' });
  for (const side of [32, 320]) {
    const { boxes } = part.draw([3, side, side], createRandom(2), start);
    expect(Math.max(...boxes.map(({ height }) => height))).toBe(3);
  }
});

test('at most so many values are covered, all by the fill, and nothing else changes', () => {
  const part = cutout({ count: 5, sideRange: [10, 19], sideUnit: 'pixels', fill: 0 });
  const image = flatImage(64, 0.75, 3);
  for (let seed = 0; seed < 20; seed++) {
    const covered = values(part.apply(image, part.draw(image.shape, createRandom(seed), start)));
    const count = covered.filter((value) => value === 0).length;
    expect(count).toBeGreaterThan(3 * 5 * 5);
    expect(count).toBeLessThanOrEqual(3 * 5 * 19 * 19);
    expect(covered.every((value) => value === 0 || value === 0.75)).toBe(true);
  }
});

test.each([{ count: 0 }, { sideRange: [0, 0] as const }])('%o covers nothing', (options) => {
  const part = cutout(options);
  const image = rampImage(3, 6, 6);
  expect(values(part.apply(image, part.draw(image.shape, createRandom(1), start)))).toEqual(values(image));
});
