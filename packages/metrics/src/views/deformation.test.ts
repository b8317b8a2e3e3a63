import { expect, test } from 'vitest';
import { deformationOf } from '../index.ts';

type Gradient = readonly [readonly [number, number], readonly [number, number]];

/** [2, h, w] of a field that is linear in the place: gradient [[yy, yx], [xy, xx]]. */
function linear(h: number, w: number, [[yy, yx], [xy, xx]]: Gradient): Float64Array {
  const places = Array.from({ length: h * w }, (_, at) => [Math.floor(at / w), at % w] as const);
  return Float64Array.from([...places.map(([y, x]) => yy * y + yx * x), ...places.map(([y, x]) => xy * y + xx * x)]);
}

test('no displacement folds nothing', () => {
  expect(deformationOf(new Float32Array(2 * 12), 3, 4)).toEqual({
    foldFraction: 0,
    smallestJacobian: 1,
    largestDisplacement: 0,
    meanDisplacement: 0,
    largestShare: 0,
    meanShare: 0,
    n: 12,
    notes: [],
  });
});

test('a gradient of .1, .2, -.3 and .05 has the determinant 1.1 1.05 + .2 .3 everywhere', () => {
  const field = linear(5, 4, [
    [0.1, 0.2],
    [-0.3, 0.05],
  ]);
  expect(deformationOf(field, 5, 4).smallestJacobian).toBeCloseTo(1.215, 12);
});

test('turning rows over folds every pixel', () => {
  const field = linear(4, 3, [
    [-1.2, 0],
    [0, 0],
  ]);
  expect(deformationOf(field, 4, 3)).toMatchObject({ foldFraction: 1, smallestJacobian: expect.closeTo(-0.2, 12) });
});

test('a determinant of exactly 0 is a fold', () => {
  const field = linear(3, 3, [
    [0, 0],
    [0, -1],
  ]);
  expect(deformationOf(field, 3, 3).foldFraction).toBe(1);
});

test('one pixel pushed past its neighbor folds beside it', () => {
  const field = new Float64Array(2 * 5);
  field[5 + 2] = 3; // the middle of a line of five moves right by three
  // central differences: 1 + 3/2, 1, 1 - 3/2 at pixels 1, 2 and 3
  expect(deformationOf(field, 1, 5)).toMatchObject({ foldFraction: 0.2, smallestJacobian: -0.5 });
});

test('displacements are lengths, also as shares of the longer side', () => {
  const field = new Float64Array(2 * 2 * 10);
  field[0] = 3;
  field[20] = 4;
  expect(deformationOf(field, 2, 10)).toMatchObject({
    largestDisplacement: 5,
    meanDisplacement: 0.25,
    largestShare: 0.5,
    meanShare: 0.025,
  });
});

test.each([
  ['no pixels', new Float64Array(0), 0, 'a field without pixels bends nothing'],
  ['NaN', Float64Array.of(Number.NaN, 0), 1, 'the field is not all finite numbers'],
])('%s: NaN with a note', (_, field, side, note) => {
  expect(deformationOf(field, side, side)).toMatchObject({ foldFraction: Number.NaN, n: 0, notes: [note] });
});

test('a field of another size is an error', () => {
  expect(() => deformationOf(new Float64Array(7), 2, 2)).toThrow('deformationOf: expected a field of [2, 2, 2], got 7 values');
});
