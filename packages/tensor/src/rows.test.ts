import { expect, test } from 'vitest';
import { dotRows, smallestNorm, unitRows } from './rows.ts';
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
