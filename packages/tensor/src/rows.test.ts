import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dotRows, smallestNorm, unitRows, unitRowsPullback } from './rows.ts';
import { type Features, features, values } from './tensor.ts';

const row = (...numbers: number[]): Features => features(Float64Array.from(numbers), 1, numbers.length);

test('a row of 3 and 4 becomes 0.6 and 0.8', () => {
  const { rows, norms } = unitRows(row(3, 4));
  expect([...values(rows)]).toEqual([0.6000000000000001, 0.8].map((value) => expect.closeTo(value, 15)));
  expect([...norms]).toEqual([5]);
});

test('a row of zeros stays zero, and counts as zero', () => {
  const { rows, norms } = unitRows(row(0, 0, 0));
  expect([...values(rows)]).toEqual([0, 0, 0]);
  expect([...norms]).toEqual([0]);
});

test('a row that is too short is divided by the smallest norm instead of its own', () => {
  const { rows, norms } = unitRows(row(smallestNorm / 4, 0));
  expect(values(rows)[0]).toBeCloseTo(0.25, 12);
  expect([...norms]).toEqual([0]);
});

test('the element type stays, and the input stays as it was', () => {
  const given = features(Float32Array.of(3, 4, 0, 2), 2, 2);
  expect(unitRows(given).rows.data).toBeInstanceOf(Float32Array);
  expect([...values(given)]).toEqual([3, 4, 0, 2]);
});

test('rows of a strided view are read where they lie', () => {
  const wide = features(Float64Array.of(3, 9, 4, 9, 0, 9, 2, 9), 2, 4);
  expect([...values(unitRows(wide.step(1, 2)).rows)].map((value) => Number(value.toFixed(12)))).toEqual([0.6, 0.8, 0, 1]);
});

test('the gradient of a row of 3 and 4 along the first axis', () => {
  const unit = unitRows(row(3, 4));
  expect([...values(unitRowsPullback(unit, row(1, 0)))]).toEqual([expect.closeTo(0.128, 12), expect.closeTo(-0.096, 12)]);
});

test('no gradient flows into a row that counts as zero', () => {
  expect([...values(unitRowsPullback(unitRows(row(0, 0)), row(1, 2)))]).toEqual([0, 0]);
});

const matrix = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 6, maxLength: 6 });
const far = (numbers: readonly number[]) => Math.hypot(...numbers.slice(0, 3)) > 0.1 && Math.hypot(...numbers.slice(3)) > 0.1;

test('the pullback agrees with finite differences', () => {
  fc.assert(
    fc.property(matrix.filter(far), matrix, (z, g) => {
      const value = (numbers: readonly number[]) => {
        const u = values(unitRows(features(Float64Array.from(numbers), 2, 3)).rows);
        return g.reduce((sum, weight, i) => sum + weight * u[i]!, 0);
      };
      const gradient = values(
        unitRowsPullback(unitRows(features(Float64Array.from(z), 2, 3)), features(Float64Array.from(g), 2, 3)),
      );
      const h = 1e-6;
      z.forEach((_, i) => {
        const moved = (by: number) => value(z.map((each, j) => (i === j ? each + by : each)));
        // error h² times a third derivative of at most some 1e3 for norms above 0.1, and rounding of 1e-16 / h
        expect(Math.abs((moved(h) - moved(-h)) / (2 * h) - gradient[i]!)).toBeLessThan(1e-6);
      });
    }),
    { seed: 2, numRuns: 100 },
  );
});

test('a gradient is at right angles to its row', () => {
  fc.assert(
    fc.property(matrix.filter(far), matrix, (z, g) => {
      const given = features(Float64Array.from(z), 2, 3);
      const gradient = unitRowsPullback(unitRows(given), features(Float64Array.from(g), 2, 3));
      for (const i of [0, 1]) expect(Math.abs(dotRows(values(given), i, values(gradient), i, 3))).toBeLessThan(1e-12);
    }),
    { seed: 3, numRuns: 100 },
  );
});

test('dotRows takes row i of one and row j of the other, and sums in float64', () => {
  const a = Float32Array.of(1, 2, 3, 4);
  const b = Float64Array.of(5, 6, 7, 8, 9, 10);
  expect(dotRows(a, 1, b, 2, 2)).toBe(3 * 9 + 4 * 10);
  const large = Float32Array.of(1e8, 1, -1e8);
  expect(dotRows(large, 0, Float32Array.of(1, 1, 1), 0, 3)).toBe(1);
});

test('a row that holds NaN does not count as zero', () => {
  expect([...unitRows(row(Number.NaN, 1)).norms]).toEqual([Number.NaN]);
});
