import { values } from '@viewforge/tensor';
import { exampleFeatures, matchers } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { nuclearNorm } from './nuclear-norm.ts';

expect.extend(matchers);

describe('values worked out by hand', () => {
  test('a diagonal matrix: the sum of the absolute values, and their signs', () => {
    const { value, slopes } = nuclearNorm(Float64Array.of(3, 0, 0, -2), 2, 2);
    expect(value).toBeCloseTo(5, 12);
    expect(slopes).toBeCloseToTensor([1, 0, 0, -1], 1e-12);
  });

  test('one row: its length, and its direction', () => {
    const { value, slopes } = nuclearNorm(Float64Array.of(3, 4), 1, 2);
    expect(value).toBeCloseTo(5, 12);
    expect(slopes).toBeCloseToTensor([0.6, 0.8], 1e-12);
  });

  test('where a singular value is 0, its direction has no part', () => {
    const { value, slopes } = nuclearNorm(Float64Array.of(1, 1, 1, 1), 2, 2);
    expect(value).toBeCloseTo(2, 12);
    expect(slopes).toBeCloseToTensor([0.5, 0.5, 0.5, 0.5], 1e-12);
  });

  test('zeros', () => {
    expect(nuclearNorm(new Float64Array(6), 2, 3)).toEqual({ value: 0, slopes: new Float64Array(6) });
  });
});

test.each([
  [6, 4],
  [4, 6],
  [5, 5],
  [1, 3],
  [3, 1],
])('[%i, %i]: the slopes give the norm back, as it grows with the matrix, and agree with central differences', (n, d) => {
  const data = Float64Array.from(values(exampleFeatures(n, d)));
  const { value, slopes } = nuclearNorm(data, n, d);
  expect(slopes.reduce((sum, each, i) => sum + each * data[i]!, 0)).toBeCloseTo(value, 12);
  const numeric = data.map((_, at) => {
    const moved = (by: number) =>
      nuclearNorm(
        data.map((each, i) => (i === at ? each + by : each)),
        n,
        d,
      ).value;
    return (moved(1e-6) - moved(-1e-6)) / 2e-6;
  });
  expect(slopes).toBeCloseToTensor(numeric, 1e-7);
});

test.each([1e-300, 1e-6, 1e6, 1e300])('a matrix %d times as large has the same slopes', (scale) => {
  const data = Float64Array.from(values(exampleFeatures(4, 3)));
  const [plain, scaled] = [data, data.map((each) => each * scale)].map((each) => nuclearNorm(each, 4, 3));
  expect(scaled!.value / scale / plain!.value).toBeCloseTo(1, 12);
  expect(scaled!.slopes).toBeCloseToTensor(plain!.slopes, 1e-12);
});
