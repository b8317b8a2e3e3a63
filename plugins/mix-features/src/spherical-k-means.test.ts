import { createRandom } from '@viewforge/random';
import { type Features, features, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { sphericalKMeans } from './spherical-k-means.ts';

const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);
const listOf = (of: Features): number[][] =>
  Array.from({ length: of.shape[0]! }, (_, row) => [...values(of)].slice(row * of.shape[1]!, (row + 1) * of.shape[1]!));

test('three bunches give three prototypes, the directions of their sums, whatever the start', () => {
  const bunches = rows([1, 0.1], [2, -0.2], [0.1, 1], [-0.1, 3], [-1, -1.1], [-1.1, -1]);
  for (let seed = 0; seed < 20; seed++) {
    const found = listOf(sphericalKMeans(bunches, { count: 3 }, createRandom(seed))).sort((a, b) => a[0]! - b[0]!);
    const angles = found.map(([x, y]) => Math.atan2(y!, x!));
    const between = (a: number, b: number): number => (a + b) / 2;
    const expected = [
      -Math.PI + Math.PI / 4,
      between(Math.atan2(1, 0.1), Math.atan2(3, -0.1)),
      between(Math.atan2(0.1, 1), Math.atan2(-0.2, 2)),
    ];
    expect(angles).toEqual(expected.map((each) => expect.closeTo(each, 6)));
  }
});

test('the sum of cosines is never below that of fewer rounds', () => {
  const random = createRandom(3);
  const many = features(
    Float64Array.from({ length: 80 * 3 }, () => random.normal(0, 1)),
    80,
    3,
  );
  const nearness = (iterations: number): number => {
    const centers = listOf(sphericalKMeans(many, { count: 6, iterations, tolerance: 0 }, createRandom(8)));
    const units = listOf(many).map((row) => row.map((each) => each / Math.hypot(...row)));
    return units.reduce((sum, u) => sum + Math.max(...centers.map((c) => c.reduce((dot, each, e) => dot + each * u[e]!, 0))), 0);
  };
  const rounds = [0, 1, 2, 4, 8, 50].map(nearness);
  for (const [i, each] of rounds.entries()) if (i > 0) expect(each).toBeGreaterThanOrEqual(rounds[i - 1]! - 1e-12);
  expect(rounds.at(-1)).toBeGreaterThan(rounds[0]! + 1);
  for (const center of listOf(sphericalKMeans(many, { count: 6 }, createRandom(8))))
    expect(Math.hypot(...center)).toBeCloseTo(1, 12);
});

test('there are no more prototypes than different directions, and none of no rows', () => {
  expect(sphericalKMeans(rows([1, 0], [5, 0], [0, 2]), { count: 3 }, createRandom(1)).shape).toEqual([2, 2]);
  expect(sphericalKMeans(features(new Float64Array(), 0, 4), { count: 3 }, createRandom(1)).shape).toEqual([0, 4]);
});

test('a prototype without rows becomes the row that is farthest from its own one', () => {
  // opposite rows add up to nothing, so that the prototype of both is empty
  const found = sphericalKMeans(rows([1, 0, 0], [-1, 0, 0], [0, 1, 0]), { count: 1, iterations: 1 }, createRandom(1));
  const [only] = listOf(found);
  expect(Math.hypot(...only!)).toBeCloseTo(1, 12);
  const lone = sphericalKMeans(rows([1, 0], [-1, 0]), { count: 1, iterations: 1 }, createRandom(2));
  expect([1, -1]).toContain(values(lone)[0]);
});
