import { createRandom } from '@viewforge/random';
import { describe, expect, test } from 'vitest';
import { drawPatches, hiddenInBoth, maskPatches } from './index.ts';

test('noise 0.7, 0.1, 0.9, 0.4 at a ratio of three quarters keeps the second patch alone', () => {
  const { shuffle, keep, mask, restore } = maskPatches([0.7, 0.1, 0.9, 0.4], 0.75);
  expect([...shuffle]).toEqual([1, 3, 0, 2]);
  expect([...keep]).toEqual([1]);
  expect([...mask]).toEqual([1, 0, 1, 1]);
  expect([...restore]).toEqual([2, 0, 3, 1]);
});

test('equal noise counts as ascending', () => {
  expect([...maskPatches([0.5, 0.5, 0.2], 0.5).shuffle]).toEqual([2, 0, 1]);
});

test.each([
  [10, 0.9, 1], // 10 (1 - 0.9) is 0.9999999999999998 in float64
  [10, 0.99, 1], // at least one
  [196, 0.75, 49],
  [64, 0.6, 25],
  [7, 0, 7],
  [1, 0.99, 1],
])('of %d patches at a ratio of %d, %d stay visible', (n, ratio, visible) => {
  for (let seed = 0; seed < 20; seed++) {
    const { keep, mask, shuffle, restore } = drawPatches(createRandom(seed), n, ratio);
    expect(keep).toHaveLength(visible);
    expect(mask.reduce((sum, each) => sum + each, 0)).toBe(n - visible);
    expect([...keep].every((patch) => mask[patch] === 0)).toBe(true);
    expect([...shuffle].map((patch) => restore[patch])).toEqual(Array.from({ length: n }, (_, place) => place));
  }
});

test.each([
  [[], 0.5],
  [[0.1], 1],
  [[0.1], -0.1],
  [[0.1], Number.NaN],
])('noise %j at a ratio of %d is refused', (noise, ratio) => {
  expect(() => maskPatches(noise, ratio)).toThrow(RangeError);
});

describe('of two masks', () => {
  test('patches count that are hidden in both', () => {
    expect([...hiddenInBoth(Float32Array.of(1, 1, 0, 0), Float32Array.of(1, 0, 1, 0))]).toEqual([1, 0, 0, 0]);
    expect(() => hiddenInBoth(new Float32Array(2), new Float32Array(3))).toThrow(RangeError);
  });

  test('they are 196 · 0.75² on average', () => {
    let sum = 0;
    for (let seed = 0; seed < 400; seed++) {
      const random = createRandom(seed);
      const [one, other] = [random.fork(1), random.fork(2)].map((stream) => drawPatches(stream, 196, 0.75).mask);
      sum += hiddenInBoth(one!, other!).reduce((count, each) => count + each, 0);
    }
    // hypergeometric: variance 110.25 · (49/196) · (49/195) = 6.9, so 400 means vary by 0.13
    expect(Math.abs(sum / 400 - 110.25)).toBeLessThan(0.5);
  });
});
