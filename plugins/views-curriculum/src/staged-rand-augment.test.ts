import { createRandom } from '@viewforge/random';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { stagedRandAugment } from './staged-rand-augment.ts';

obeysAugmenterLaws(stagedRandAugment, [...exampleImages(), rampImage(1, 9, 6)]);

/** Degrees drawn at this share of the run, by absolute value. */
function degrees(options: Parameters<typeof stagedRandAugment>[0], fraction: number): number[] {
  const part = stagedRandAugment({ count: 14, probability: 1, ...options });
  return Array.from({ length: 600 }, (_, seed) => part.draw([3, 8, 8], createRandom(seed), { epoch: 0, fraction })).flatMap(
    ({ operations }) => operations.flatMap((each) => (each.op === 'rotate' ? [Math.abs(each.degrees)] : [])),
  );
}

test.each([
  [0, 1],
  [0.2, 3],
  [0.5, 5],
  [0.6, 7],
  [0.8, 9],
  [0.99, 9],
])('at a share of %d of the run the level is %d of 10', (fraction, level) => {
  for (const each of degrees({ levelDeviation: 0 }, fraction)) expect(each).toBeCloseTo(3 * level, 9); // 30 degrees at level 10
});

test('levels have a deviation of half a level of 10', () => {
  const drawn = degrees({}, 0.5);
  const mean = drawn.reduce((sum, each) => sum + each, 0) / drawn.length;
  const deviation = Math.sqrt(drawn.reduce((sum, each) => sum + (each - mean) ** 2, 0) / drawn.length);
  expect(Math.abs(mean - 15)).toBeLessThan((4 * 1.5) / Math.sqrt(drawn.length));
  expect(Math.abs(deviation - 1.5)).toBeLessThan((4 * 1.5) / Math.sqrt(2 * drawn.length));
});

test('one of two drawn operations is applied on average, of fifteen', () => {
  const part = stagedRandAugment();
  const drawn = Array.from({ length: 10_000 }, (_, seed) => part.draw([3, 8, 8], createRandom(seed), { epoch: 0, fraction: 0 }));
  const applied = drawn.flatMap(({ operations }) => operations);
  expect(Math.abs(applied.length - 10_000)).toBeLessThan(3 * Math.sqrt(20_000 / 4));
  expect(new Set(applied.map(({ op }) => op)).size).toBe(15);
});

test('factors grow away from 1 with the run', () => {
  const factors = (fraction: number) => {
    const part = stagedRandAugment({ count: 14, probability: 1, levelDeviation: 0 });
    const { operations } = part.draw([3, 8, 8], createRandom(2), { epoch: 0, fraction });
    return operations.flatMap((each) => ('factor' in each ? [Math.abs(each.factor - 1)] : []));
  };
  expect(factors(0).length).toBeGreaterThan(0);
  for (const each of factors(0)) expect(each).toBeCloseTo(0.09, 9);
  for (const each of factors(0.9)) expect(each).toBeCloseTo(0.81, 9);
});

test('a single stage has the highest level', () => {
  for (const each of degrees({ stages: 1, levelDeviation: 0 }, 0)) expect(each).toBeCloseTo(27, 9);
});
