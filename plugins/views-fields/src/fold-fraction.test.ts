import { expect, test } from 'vitest';
import { foldFraction, jacobianDeterminants } from './fold-fraction.ts';

/** A field whose displacements are linear in (row, column). */
function linear(height: number, width: number, [a, b, c, d]: readonly [number, number, number, number]): Float32Array {
  return Float32Array.from({ length: 2 * height * width }, (_, i) => {
    const [y, x] = [Math.floor((i % (height * width)) / width), i % width];
    return i < height * width ? a * y + b * x : c * y + d * x;
  });
}

test.each([
  ['nothing moves', [0, 0, 0, 0], 1],
  ['a gradient of [[0.1, 0.2], [-0.3, 0.05]]', [0.1, 0.2, -0.3, 0.05], 1.215],
  ['a fold along the rows', [-1.2, 0, 0, 0], -0.2],
  ['a fold along the columns', [0, 0, 0, -1.5], -0.5],
] as const)('%s: the determinant is the same everywhere, at the border as well', (_, gradient, expected) => {
  const determinants = jacobianDeterminants(linear(5, 7, gradient), 5, 7);
  for (const determinant of determinants) expect(determinant).toBeCloseTo(expected, 5); // float32 differences
  expect(foldFraction(linear(5, 7, gradient), 5, 7)).toBe(expected < 0 ? 1 : 0);
});

test('an axis of one pixel cannot be stretched', () => {
  expect([...jacobianDeterminants(linear(1, 3, [-5, 0, 0, 0.5]), 1, 3)]).toEqual([1.5, 1.5, 1.5]);
  expect([...jacobianDeterminants(linear(3, 1, [0.5, 0, 0, -5]), 3, 1)]).toEqual([1.5, 1.5, 1.5]);
  expect([...jacobianDeterminants(Float32Array.of(3, 4), 1, 1)]).toEqual([1]);
});

test('the share of folded pixels counts determinants of 0 as well', () => {
  // one row of five: 3 at the middle pixel, so that its neighbors see differences of 1.5 and -1.5
  const across = [0, 0, 3, 0, 0];
  const field = Float32Array.from([0, 0, 0, 0, 0, ...across]);
  expect([...jacobianDeterminants(field, 1, 5)]).toEqual([1, 2.5, 1, -0.5, 1]);
  expect(foldFraction(field, 1, 5)).toBeCloseTo(0.2, 12);
  const collapsed = Float32Array.from([0, 0, 0, 0, -1, -2]);
  expect(foldFraction(collapsed, 1, 3)).toBe(1);
});
