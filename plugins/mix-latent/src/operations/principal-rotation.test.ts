import { createRandom } from '@viewforge/random';
import { features, values } from '@viewforge/tensor';
import { augmenterPullbackError, exampleFeatures, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { principalRotation, randomRotation, rotateRows } from './principal-rotation.ts';
import { meanRow, principalDirections } from './singular-values.ts';

obeysAugmenterLaws(principalRotation, [exampleFeatures(), exampleFeatures(1, 3), exampleFeatures(2, 5)]);

test('a quarter turn in the plane of the first two axes, about a center', () => {
  const basis = Float64Array.of(1, 0, 0, 0, 1, 0);
  const turned = rotateRows(features(Float64Array.of(3, 1, 9), 1, 3), basis, Float64Array.of(0, -1, 1, 0), [1, 1, 1]);
  expect([...values(turned)]).toEqual([1, 3, 9]);
});

test.each([1, 2, 3, 6])('a random rotation of %d dimensions is orthonormal, of determinant 1', (r) => {
  for (let seed = 0; seed < 5; seed++) {
    const found = randomRotation(createRandom(seed), r);
    for (let k = 0; k < r; k++)
      for (let l = 0; l < r; l++) {
        let sum = 0;
        for (let j = 0; j < r; j++) sum += found[k * r + j]! * found[l * r + j]!;
        expect(sum).toBeCloseTo(Number(k === l), 10);
      }
    if (r === 1) expect(found[0]).toBe(1);
    if (r === 2) expect(found[0]! * found[3]! - found[1]! * found[2]!).toBeCloseTo(1, 10);
    if (r === 3) {
      const [a, b, c, d, e, f, g, h, i] = found as unknown as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      expect(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)).toBeCloseTo(1, 10);
    }
  }
});

test('angles of a plane are spread evenly', () => {
  const counts = new Float64Array(4);
  for (let seed = 0; seed < 2000; seed++) {
    const [cos, , sin] = randomRotation(createRandom(seed), 2);
    counts[Math.floor(((Math.atan2(sin!, cos!) / (2 * Math.PI) + 1) % 1) * 4)]!++;
  }
  for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(100); // five deviations
});

test('distances from the mean stay, and nothing moves outside of the principal directions', () => {
  const given = features(Float64Array.from(values(exampleFeatures(7, 4))), 7, 4);
  const turned = principalRotation().apply(given, { seed: 3, count: 2 });
  const mean = meanRow(given);
  expect([...meanRow(turned)]).toEqual([...mean].map((each) => expect.closeTo(each, 10)));
  const all = principalDirections(given, 4);
  let moved = 0;
  for (let i = 0; i < 7; i++) {
    const of = (rows: ArrayLike<number>, k: number) =>
      [0, 1, 2, 3].reduce((sum, j) => sum + all[4 * k + j]! * (rows[4 * i + j]! - mean[j]!), 0);
    const [before, after] = [values(given), values(turned)];
    expect(Math.hypot(of(after, 0), of(after, 1))).toBeCloseTo(Math.hypot(of(before, 0), of(before, 1)), 10);
    for (const k of [2, 3]) expect(of(after, k)).toBeCloseTo(of(before, k), 10);
    moved = Math.max(moved, Math.abs(of(after, 0) - of(before, 0)));
  }
  expect(moved).toBeGreaterThan(0.1);
});

test('a row alone stays', () => {
  const alone = exampleFeatures(1, 3);
  expect(values(principalRotation().apply(alone, { seed: 3, count: 2 }))).toEqual(values(alone));
});

test('gradients are turned back, with directions and mean held', () => {
  const [given, drawn] = [exampleFeatures(6, 4), { seed: 5, count: 3 }];
  const [basis, center] = [principalDirections(given, 3), meanRow(given)];
  const rotation = randomRotation(createRandom(5), 3);
  const held = (moved: typeof given) => rotateRows(moved, basis, rotation, center);
  expect(augmenterPullbackError(principalRotation(), given, drawn, held).worst).toBeLessThan(1e-6);
  expect([...values(held(given))]).toEqual([...values(principalRotation().apply(given, drawn))]);
});
