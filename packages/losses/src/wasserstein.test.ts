import { Matrix } from 'ml-matrix';
import { createRandom } from '@viewforge/random';
import { tensor } from '@viewforge/tensor';
import { gradientError } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { gaussianDistance } from './wasserstein.ts';

test('in one dimension: squared differences of mean and of unbiased deviation', () => {
  const x = weighted([1, 2, 6], 3);
  const { mean, covariance } = gaussianDistance(x, Float64Array.of(0, 3, 3));
  // means 3 and 2; variances 7 and 3
  expect(mean).toBeCloseTo(1, 12);
  expect(covariance).toBeCloseTo((Math.sqrt(7) - Math.sqrt(3)) ** 2, 12);
});

test('the same rows in another order are the same Gaussian: 0', () => {
  const x = weighted(normal(4 * 3, 1), 4);
  const turned = Float64Array.from([...x.data.slice(6), ...x.data.slice(0, 6)]);
  const { mean, covariance } = gaussianDistance(x, turned);
  expect(mean + covariance).toBeLessThan(1e-12);
});

test('the trace of the root is that of the covariances', () => {
  const [x, y] = [weighted(normal(6 * 2, 1), 6), normal(6 * 2, 2)];
  const [cx, cy] = [covarianceOf(x.data, 6), covarianceOf(y, 6)];
  const product = cx.mmul(cy);
  const [trace, determinant] = [product.trace(), product.get(0, 0) * product.get(1, 1) - product.get(0, 1) * product.get(1, 0)];
  // of a 2 x 2 matrix: tr root = sqrt(tr + 2 sqrt(det)), and Cx Cy has the eigenvalues of Cx^1/2 Cy Cx^1/2
  const root = Math.sqrt(trace + 2 * Math.sqrt(determinant));
  expect(gaussianDistance(x, y).covariance).toBeCloseTo(cx.trace() + cy.trace() - 2 * root, 12);
});

test('a row of weight 2 / 3 counts as two rows in the mean', () => {
  const y = Float64Array.of(0, 1);
  const { mean } = gaussianDistance({ data: Float64Array.of(3, 6), weights: Float64Array.of(2 / 3, 1 / 3), width: 1 }, y);
  expect(mean).toBeCloseTo((4 - 1 / 3) ** 2, 12);
});

describe('gradients', () => {
  test.each([
    [2, 5],
    [5, 2],
    [4, 4],
  ])('%i rows of %i numbers: agree with central differences', (m, width) => {
    const data = normal(m * width, 3);
    const y = normal(m * width, 4);
    const weights = Float64Array.from({ length: m }, (_, i) => (i + 1) / ((m * (m + 1)) / 2));
    const value = (given: ArrayLike<number>): number => {
      const { mean, covariance } = gaussianDistance({ data: Float64Array.from(given), weights, width }, y);
      return mean + covariance;
    };
    const { gradient } = gaussianDistance({ data, weights, width }, y);
    const { worst } = gradientError(
      ([x]) => value(x!.data as Float64Array),
      [tensor(data, [m, width])],
      [tensor(gradient, [m, width])],
    );
    expect(worst).toBeLessThan(1e-7); // values around 10 lose the last digits of a difference of 1e-6
  });

  test('of a single row: that of the mean alone', () => {
    const { covariance, gradient } = gaussianDistance(weighted([1, 2], 1), Float64Array.of(0, 4));
    expect(covariance).toBe(0);
    expect([...gradient]).toEqual([2, -4]);
  });

  test('a direction that x does not take, and y takes otherwise than the first, has none: singular values of 0 do not turn anything', () => {
    // products of centered rows have rank 1, and one of the other two directions of 3 rows would reach the second column of y
    const { gradient } = gaussianDistance(weighted([1, 0, 2, 0, 6, 0], 3), Float64Array.of(-1, 1, 0, -2, 1, 1));
    expect([1, 3, 5].map((at) => Math.abs(gradient[at]!))).toEqual([0, 0, 0].map((each) => expect.closeTo(each, 12)));
  });

  test('of rows that are all the same: finite', () => {
    const { covariance, gradient } = gaussianDistance(weighted([1, 2, 1, 2, 1, 2], 3), Float64Array.of(0, 4, 0, 4, 0, 4));
    expect(covariance).toBe(0);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

function weighted(data: readonly number[] | Float64Array, m: number) {
  return { data: Float64Array.from(data), weights: new Float64Array(m).fill(1 / m), width: data.length / m };
}

function normal(count: number, seed: number): Float64Array {
  const random = createRandom('wasserstein').fork(seed);
  return Float64Array.from({ length: count }, () => random.normal(0, 1));
}

function covarianceOf(data: Float64Array, m: number): Matrix {
  const matrix = Matrix.from1DArray(m, data.length / m, data).center('column');
  return matrix
    .transpose()
    .mmul(matrix)
    .div(m - 1);
}
