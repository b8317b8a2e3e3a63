import { type Features, features, values } from '@viewforge/tensor';
import { exampleFeatures, matchers, obeysBatchLossLaws, obeysOptionLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { vicreg } from './vicreg.ts';

expect.extend(matchers);
obeysOptionLaws(vicreg);
for (const loss of [vicreg(), vicreg({ varianceReduction: 'sum', invarianceWeight: 1, covarianceWeight: 3, epsilon: 0.1 })]) {
  obeysBatchLossLaws(loss, [
    { name: 'two views', batch: { views: [example(0), example(1)] } },
    { name: 'two views that vary little', batch: { views: [example(0, 0.3), example(1, 0.3)] } },
    { name: 'three views', batch: { views: [example(0, 0.5), example(1, 0.5), example(2, 0.5)] } },
    { name: 'two rows', batch: { views: [exampleFeatures(2, 3, 0), exampleFeatures(2, 3, 1)] } },
    { name: 'one row', batch: { views: [exampleFeatures(1, 3, 0), exampleFeatures(1, 3, 1)] } },
    { name: 'a column that does not vary', batch: { views: [rows([1, 2], [3, 2], [2, 2]), rows([2, 1], [3, 2], [1, 5])] } },
    { name: 'equal rows', batch: { views: [rows([1, 2], [1, 2]), rows([1, 2], [1, 2])] } },
    // a step of 1e-6 says nothing of numbers of that size
    { name: 'tiny numbers', batch: { views: [example(0, 1e-6), example(1, 1e-6)] }, smooth: false },
    { name: 'huge numbers', batch: { views: [example(0, 1e6), example(1, 1e6)] }, smooth: false },
  ]);
}

describe('values worked out by hand', () => {
  const views = [rows([0.2, 0.4], [0.6, 0.2], [0.4, 1.2]), rows([0.4, 0.2], [0.6, 0.4], [0.2, 1])];

  test('three rows of two columns', () => {
    const { value, gradients, parts } = vicreg().differentiate({ views });
    expect(value).toBeCloseTo(17.423598, 6);
    expect(parts['invariance']).toBeCloseTo(0.033333, 6);
    expect(parts['variance']).toBeCloseTo(0.663451, 6);
    expect(parts['covariance']).toBeCloseTo(0.004, 6);
    expect(gradients.views![0]!).toBeCloseToTensor(rows([1.458434, 2.851595], [-3.113101, 0.69119], [1.654667, -1.876118]));
  });

  test("solo-learn's sum over views has twice the variance term", () => {
    const { value, parts } = vicreg({ varianceReduction: 'sum' }).measure({ views });
    expect(parts['variance']).toBeCloseTo(2 * 0.663451, 5);
    expect(value).toBeCloseTo(17.423598 + 25 * 0.663451, 4);
  });

  test('one row says nothing of variance and covariance', () => {
    const { value, parts, gradients } = vicreg().differentiate({ views: [rows([1, 2]), rows([3, 2])] });
    expect(value).toBe(50);
    expect([parts['variance'], parts['covariance']]).toEqual([Number.NaN, Number.NaN]);
    expect([...values(gradients.views![0]!)]).toEqual([-50, 0]);
  });

  test('columns of deviation 1 and more do not count', () => {
    const x = rows([2, 0], [-2, 0], [0, 2], [0, -2]);
    expect(vicreg().measure({ views: [x, x] }).value).toBeCloseTo(0, 14);
    expect([...values(vicreg().differentiate({ views: [x, x] }).gradients.views![0]!)]).toEqual(new Array(8).fill(0));
  });

  test('without epsilon a column that does not vary has no gradient', () => {
    const x = rows([1, 0], [1, 1]);
    const { gradients, parts } = vicreg({ epsilon: 0 }).differentiate({ views: [x, x] });
    expect(parts['variance']).toBeCloseTo((1 + 1 - Math.SQRT1_2) / 2, 12);
    expect([0, 2].map((at) => values(gradients.views![0]!)[at])).toEqual([0, 0]);
  });
});

test.each([
  ['invarianceWeight', 'invariance'],
  ['varianceWeight', 'variance'],
  ['covarianceWeight', 'covariance'],
] as const)('%s counts how much the %s matters', (option, part) => {
  const none = { invarianceWeight: 0, varianceWeight: 0, covarianceWeight: 0 };
  const batch = { views: [example(0, 0.5), example(1, 0.5)] };
  const { value, parts } = vicreg({ ...none, [option]: 3 }).measure(batch);
  expect(parts[part]).toBeGreaterThan(0);
  expect(value).toBeCloseTo(3 * parts[part]!, 12);
});

test('of three views, invariance is the mean over every two, covariance the sum over all', () => {
  const all = [example(0), example(1), example(2)];
  const { parts } = vicreg().measure({ views: all });
  const two = [
    [0, 1],
    [0, 2],
    [1, 2],
  ].map((views) => vicreg().measure({ views: views.map((view) => all[view]!) }).parts);
  const mean = (name: string) => two.reduce((sum, each) => sum + each[name]! / 3, 0);
  expect(parts['invariance']).toBeCloseTo(mean('invariance'), 12);
  expect(parts['variance']).toBeCloseTo(mean('variance'), 12);
  expect(parts['covariance']).toBeCloseTo(1.5 * mean('covariance'), 12);
});

test('errors name what is wrong', () => {
  expect(() => vicreg().measure({ views: [rows([1])] })).toThrow('vicreg: expected at least 2 views, got 1');
  expect(() => vicreg().measure({ views: [rows([1]), rows([Number.NaN])] })).toThrow('in row 0 of view 1, got NaN');
  expect(() => vicreg().measure({ views: [rows([1e200]), rows([1])] })).toThrow('finite numbers in view 0');
  const large = rows([1e100, 1e100], [-1e100, -1e100]); // the squares of its covariances overflow
  expect(() => vicreg().measure({ views: [large, large] })).toThrow('expected a finite value, got Infinity');
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function example(seed: number, scale = 1): Features {
  return features(
    Float64Array.from(values(exampleFeatures(6, 4, seed)), (each) => scale * each),
    6,
    4,
  );
}
