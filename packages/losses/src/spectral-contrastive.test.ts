import { pairs } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';
import { axes, matchers, obeysLossLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { spectralContrastive } from './index.ts';

expect.extend(matchers);
obeysLossLaws(spectralContrastive());

const a = rows([1, 0.2], [-0.5, 1]);
const b = rows([0.9, 0.4], [-0.2, 0.8]);

test('two pairs', () => {
  expect(spectralContrastive().differentiate(pairs(a, b))).toMatchLoss(
    { value: -1.87795, queries: [-0.892, -0.432, 0.155, -0.82] },
    1e-9, // products of the decimals given
  );
});

test('orthogonal rows of length 1 are worth -2, and nothing pushes', () => {
  const x = features(Float64Array.from(values(axes(4))), 4, 4);
  const { value, gradients } = spectralContrastive().differentiate(pairs(x, x));
  expect(value).toBe(-2);
  expect(gradients.queries!).toBeCloseToTensor(
    values(x).map((each) => -each / 2),
    1e-15,
  );
});

test('lengths count: the first term grows with them, the second with their square', () => {
  const scaled = (factor: number): Features =>
    features(
      values(a).map((each) => factor * each),
      2,
      2,
    );
  const [one, two, three] = [1, 2, 3].map((factor) => spectralContrastive().measure(pairs(scaled(factor), b)).value);
  // c s + q s^2 from two of them gives the third
  const q = (two! - 2 * one!) / 2;
  expect(three).toBeCloseTo(3 * (one! - q) + 9 * q, 12);
  expect(q).toBeGreaterThan(0);
});

test('without negatives the pull is left', () => {
  expect(spectralContrastive().measure(pairs(rows([1, 2]), rows([3, 1]))).value).toBe(-10);
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
