import { expect, test } from 'vitest';
import { cholesky } from './cholesky.ts';

test('the factor of a matrix of two', () => {
  expect([...cholesky(Float64Array.of(4, 2, 2, 5), 2, 0)]).toEqual([2, 0, 1, 2]);
});

test('its square is the matrix plus the jitter', () => {
  const lower = cholesky(Float64Array.of(0.5, 0.1, 0.1, 0.2), 2);
  expect(lower[0]! ** 2).toBeCloseTo(0.500001, 12);
  expect(lower[2]! * lower[0]!).toBeCloseTo(0.1, 12);
  expect(lower[2]! ** 2 + lower[3]! ** 2).toBeCloseTo(0.200001, 12);
});

test('a matrix of rank one, without jitter, spreads along one direction alone', () => {
  expect([...cholesky(Float64Array.of(1, 2, 2, 4), 2, 0)]).toEqual([1, 0, 2, 0]);
  expect([...cholesky(new Float64Array(4), 2, 0)]).toEqual([0, 0, 0, 0]);
});
