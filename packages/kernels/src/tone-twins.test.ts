import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addBelow,
  convolvePlanes,
  countLevels,
  jpegPlanes,
  lookUpLevels,
  medianPlanes,
  normalNoise,
  stretchPlanes,
  uniformNoise,
  weightedSum,
  withArena,
  withTwins,
} from './index.ts';

const sizes = [
  [1, 1],
  [1, 7],
  [7, 1],
  [2, 3],
  [5, 4],
  [13, 17],
  [16, 16],
  [33, 61],
  [40, 130],
] as const;

describe.each(sizes)('kernel and twin give the same bytes at %i x %i', (height, width) => {
  const planes = { count: 3, height, width };
  const from = noise(3 * height * width, height * 1000 + width);
  const steps = Float32Array.from({ length: 128 }, (_, i) => 1 + ((i * 37) % 90));

  test.each([1, 3, 5])('cross-correlation with a side of %i', (side) => {
    const weights = noise(side * side, side);
    same(() => convolvePlanes(from, planes, weights, [0, 0.9]));
    same(() => convolvePlanes(from, planes, weights, [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]));
  });
  test('sums and what is below a threshold', () => {
    same(() => weightedSum(from, noise(from.length, 8), [0.3, -1.7], [-0.2, 0.9]));
    same(() => addBelow(from, 0.4, 0.55));
  });
  test('median', () => same(() => medianPlanes(from, planes)));
  test('counts of levels and looking them up', () => {
    same(() => Float32Array.from(countLevels(from)));
    same(() => lookUpLevels(from, noise(256, 1)));
    same(() => lookUpLevels(from, noise(768, 2)));
  });
  test('stretching', () => {
    same(() => stretchPlanes(from, planes));
    same(() => stretchPlanes(new Float32Array(from.length).fill(0.7), planes));
  });
  test('JPEG of colors', () => same(() => jpegPlanes(from, planes, steps)));
  test('JPEG of gray planes', () => same(() => jpegPlanes(from.subarray(0, 2 * height * width), { ...planes, count: 2 }, steps)));
});

test('kernel and twin give the same bytes for drawn sizes', () => {
  const side = fc.integer({ min: 1, max: 40 });
  const property = fc.property(side, side, fc.integer(), (height, width, seed) => {
    const planes = { count: 3, height, width };
    const from = noise(3 * height * width, seed);
    same(() => convolvePlanes(from, planes, noise(9, seed), [0, 1]));
    same(() => medianPlanes(from, planes));
    same(() =>
      jpegPlanes(
        from,
        planes,
        noise(128, seed).map((value) => 1 + Math.floor(50 * Math.abs(value))),
      ),
    );
  });
  fc.assert(property, { seed: 20, numRuns: 40 });
});

test('kernel and twin draw the same numbers', () => {
  for (const [length, seed] of [
    [1, 0],
    [7, -3.5],
    [8, 1],
    [1001, 2 ** 52 + 1],
    [200_000, 123456789],
  ] as const) {
    same(() => uniformNoise(length, seed));
    same(() => normalNoise(length, seed));
  }
});

function same(work: () => Float32Array): void {
  const compiled = work();
  const twin = withTwins(work);
  const inArena = withArena(() => work().slice());
  expect(firstDifference(compiled, twin)).toBeUndefined();
  expect(firstDifference(inArena, twin)).toBeUndefined();
}

/** Where two results differ in their bits, and how. */
function firstDifference(a: Float32Array, b: Float32Array): string | undefined {
  if (a.length !== b.length) return `${a.length} values and ${b.length}`;
  const at = a.findIndex((value, i) => !Object.is(value, b[i]));
  return at === -1 ? undefined : `value ${at}: ${a[at]} and ${b[at]}`;
}

/** Floats in [-0.1, 1.1]. */
function noise(length: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 8) / 2 ** 24) * 1.2 - 0.1;
  });
}
