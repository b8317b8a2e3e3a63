import { expect, test } from 'vitest';
import { type AffineMap, type AffineMatrix, affineMatrix } from './index.ts';

const still: AffineMap = { degrees: 0, translate: [0, 0], scale: 1, shear: [0, 0] };

function through([a, b, c, d, e, f]: AffineMatrix, [x, y]: readonly [number, number]): [number, number] {
  return [a * x + b * y + c, d * x + e * y + f];
}

function close(actual: readonly number[], expected: readonly number[]): void {
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 12);
}

test('nothing asked for is the identity', () => {
  close(affineMatrix(still), [1, 0, 0, 0, 1, 0]);
});

// where a point of the picture, right of or below the center, is found in the result; the matrix takes it back
test.each([
  { name: 'clockwise by 90 degrees, right goes down', map: { degrees: 90 }, from: [1, 0], to: [0, 1] },
  { name: 'clockwise by 90 degrees, below goes left', map: { degrees: 90 }, from: [0, 1], to: [-1, 0] },
  { name: 'to the right and down', map: { translate: [3, 2] }, from: [1, 1], to: [4, 3] },
  { name: 'twice as large', map: { scale: 2 }, from: [1, -3], to: [2, -6] },
  { name: 'leaning to the right at the top', map: { shear: [45, 0] }, from: [0, -2], to: [2, -2] },
  { name: 'rising to the right', map: { shear: [0, 45] }, from: [2, 0], to: [2, -2] },
  { name: 'leaning first, rising then', map: { shear: [45, 45] }, from: [0, -2], to: [2, -4] },
  { name: 'larger, then moved', map: { scale: 2, translate: [1, 0] }, from: [3, 0], to: [7, 0] },
] as const)('$name', ({ map, from, to }) => {
  close(through(affineMatrix({ ...still, ...map } as AffineMap), to), from);
});

test('a shear and a turn keep areas, a scale multiplies them by its square', () => {
  const [a, b, , d, e] = affineMatrix({ degrees: 33, translate: [5, -6], scale: 1.5, shear: [20, -10] });
  expect(a * e - b * d).toBeCloseTo(1 / 1.5 ** 2, 12);
});

test.each([{ scale: 0 }, { scale: -1 }, { shear: [90, 0] as const }])('%o has no inverse', (map) => {
  expect(() => affineMatrix({ ...still, ...map })).toThrow('affineMatrix: expected a scale > 0 and shears in (-90, 90)');
});
