import { type Matrix, values } from '@viewforge/tensor';
import { exampleFeatures, matchers } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { whiten } from './whiten.ts';

expect.extend(matchers);

describe('values worked out by hand', () => {
  test('five rows of two columns', () => {
    const { data, shrinkage } = whiten(matrix([1, 0], [0, 1], [-1, 0], [0, -2], [1, 1]), 0);
    const expected = [0.956183, -0.240554, -0.239046, 0.902077, -1.434274, 0.360831, -0.239046, -1.623739, 0.956183, 0.601385];
    expect(data).toBeCloseToTensor(expected);
    expect(shrinkage).toBe(0);
  });

  test('rows that do not vary become zeros, and nothing flows back', () => {
    // the mean of seven is off by rounding
    const { data, shrinkage, pullback } = whiten(matrix(...new Array(7).fill([0.1, 0.7])), 0);
    expect([...data, ...pullback(new Float64Array(14).fill(1))]).toEqual(new Array(28).fill(0));
    expect(shrinkage).toBeNaN();
  });

  test('a shrinkage of 1 centers, and divides by the mean deviation', () => {
    // variances 2 and 8, mean 5
    const { data } = whiten(matrix([1, 2], [3, 6]), 1);
    expect(data).toBeCloseToTensor([-1, -2, 1, 2].map((each) => each / Math.sqrt(5)));
  });
});

test('whitened rows have mean 0 and the identity as covariance', () => {
  const { data } = whiten(example(12, 3), 0);
  for (let a = 0; a < 3; a++) {
    const columns = (at: number) => Array.from({ length: 12 }, (_, i) => data[i * 3 + at]!);
    expect(columns(a).reduce((sum, each) => sum + each, 0)).toBeCloseTo(0, 12);
    for (let b = 0; b < 3; b++) {
      const covariance = columns(a).reduce((sum, each, i) => sum + (each * columns(b)[i]!) / 11, 0);
      expect(covariance).toBeCloseTo(a === b ? 1 : 0, 12);
    }
  }
});

test.each([0, 0.001, 0.3])('no scale and no origin show, at a shrinkage of %d', (shrinkage) => {
  const plain = example(12, 3);
  const moved = { ...plain, data: plain.data.map((each, i) => 1e6 * each + (i % 3)) };
  // moving costs six digits
  expect(whiten(moved, shrinkage).data).toBeCloseToTensor(whiten(plain, shrinkage).data, 1e-9);
});

test.each([
  ['no more rows than columns', example(3, 4)],
  ['a column twice', matrix([1, 1], [2, 2], [5, 5], [3, 3])],
  ['a column of zeros', matrix([1, 0], [2, 0], [5, 0])],
  ['a column twice, at another scale', matrix([1e6, 1e6], [2e6, 2e6], [5e6, 5e6])],
])('a singular covariance is shrunk by 1e-3: %s', (_, rows) => {
  const { data, shrinkage, pullback } = whiten(rows, 0);
  expect(shrinkage).toBe(1e-3);
  expect([...data, ...pullback(data.map(() => 1))].every(Number.isFinite)).toBe(true);
  expect(whiten(rows, 1e-5).shrinkage).toBe(1e-5); // enough to make it regular
});

test.each([
  [12, 3, 0],
  [12, 3, 0.2],
  [3, 4, 0], // shrunk
  [5, 4, 0],
])('slopes go back through the factorization as central differences say ([%i, %i], shrinkage %d)', (m, d, shrinkage) => {
  const rows = example(m, d);
  const weights = example(m, d, 1).data;
  const f = (data: Float64Array) =>
    whiten({ ...rows, data }, shrinkage).data.reduce((sum, each, i) => sum + each * weights[i]!, 0);
  const back = whiten(rows, shrinkage).pullback(weights);
  const numeric = rows.data.map((_, at) => {
    const moved = (by: number) => f(rows.data.map((each, i) => (i === at ? each + by : each)));
    return (moved(1e-6) - moved(-1e-6)) / 2e-6;
  });
  expect(back).toBeCloseToTensor(numeric, 1e-6 * Math.max(1, ...numeric.map(Math.abs)));
});

function matrix(...each: readonly (readonly number[])[]): Matrix {
  return { data: Float64Array.from(each.flat()), n: each.length, d: each[0]!.length };
}

function example(n: number, d: number, seed = 0): Matrix {
  return { data: Float64Array.from(values(exampleFeatures(n, d, seed))), n, d };
}
