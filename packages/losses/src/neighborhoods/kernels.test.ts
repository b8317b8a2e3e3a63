import { expect, test } from 'vitest';
import { gaussianKernel, studentKernel } from './kernels.ts';

test.each([
  [1, 0, 0.31831],
  [1, 1, 0.159155],
  [10, 0, 0.389108],
  [10, 1, 0.230362],
  [10, 4, 0.061146],
])("Student's t with %d degrees of freedom at a squared distance of %d", (freedom, squared, expected) => {
  expect(Math.exp(studentKernel(freedom)(squared).logarithm)).toBeCloseTo(expected, 6);
});

test.each([0, 1, 4])('many degrees of freedom are a Gaussian (%d)', (squared) => {
  const [student, gaussian] = [studentKernel(1e7)(squared), gaussianKernel(squared)];
  expect(student.logarithm).toBeCloseTo(gaussian.logarithm, 6); // they differ by up to 4 ^ 2 / 4e7
  expect(student.slope).toBeCloseTo(gaussian.slope, 6);
});

// ln of the density at 0, by 40 digits of the gamma function
test.each([
  [150, -0.9206051875263187],
  [300, -0.9197718649948168],
  [1e8, -0.9189385357046728],
])('the constant keeps its digits with %d degrees of freedom', (freedom, expected) => {
  expect(Math.abs(studentKernel(freedom)(0).logarithm - expected)).toBeLessThan(1e-12);
});

test.each([1e9, 1e12, 1e16, 1e300])(
  'so many degrees of freedom that logarithms of gamma have no digits left are a Gaussian (%d)',
  (freedom) => {
    for (const squared of [0, 1, 4]) {
      // they differ by about 4 ^ 2 / (4 * freedom)
      expect(Math.abs(studentKernel(freedom)(squared).logarithm - gaussianKernel(squared).logarithm)).toBeLessThan(1e-8);
    }
  },
);

test('the Gaussian is 1 / sqrt(2 pi) at 0', () => {
  expect(Math.exp(gaussianKernel(0).logarithm)).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 14);
  expect(Math.exp(gaussianKernel(2).logarithm)).toBeCloseTo(Math.exp(-1) / Math.sqrt(2 * Math.PI), 14);
});

test.each([studentKernel(1), studentKernel(10), studentKernel(0.1), gaussianKernel])(
  'slopes are those of the logarithm',
  (kernel) => {
    for (const squared of [0.01, 1, 30]) {
      const numeric = (kernel(squared + 1e-6).logarithm - kernel(squared - 1e-6).logarithm) / 2e-6;
      expect(kernel(squared).slope).toBeCloseTo(numeric, 6);
    }
  },
);
