import { type Features, features, values } from '@viewforge/tensor';
import { exampleFeatures, matchers, obeysBatchLossLaws, obeysOptionLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { mmcr } from './mmcr.ts';

expect.extend(matchers);
obeysOptionLaws(mmcr);
for (const loss of [mmcr(), mmcr({ rows: 'raw', compressionWeight: 1 })]) {
  obeysBatchLossLaws(loss, [
    { name: 'two views', batch: { views: [example(6, 0), example(6, 1)] } },
    { name: 'views and targets', batch: { views: [example(6, 0), example(6, 1)], targets: [example(6, 2), example(6, 3)] } },
    { name: 'fewer rows than columns', batch: { views: [example(3, 0), example(3, 1)] } },
    { name: 'one row', batch: { views: [example(1, 0), example(1, 1)] } },
    { name: 'equal views', batch: { views: [example(6, 0), example(6, 0)] }, smooth: false },
    { name: 'equal rows', batch: { views: [rows([1, 2], [1, 2]), rows([2, 1], [2, 1])] }, smooth: false },
    { name: 'zero rows', batch: { views: [rows([0, 0], [1, 2]), rows([0, 0], [2, 1])] }, smooth: false },
    { name: 'opposite rows', batch: { views: [rows([1, 2]), rows([-1, -2])] }, smooth: false },
    { name: 'all zeros', batch: { views: [rows([0, 0], [0, 0])] }, smooth: false },
    // a step of 1e-6 says nothing of numbers of that size
    { name: 'tiny numbers', batch: { views: [example(6, 0, 1e-6), example(6, 1, 1e-6)] }, smooth: false },
    { name: 'huge numbers', batch: { views: [example(6, 0, 1e6), example(6, 1, 1e6)] }, smooth: false },
  ]);
}

describe('values worked out by hand', () => {
  test('equal views of items along axes: centroids have the norm n, items sqrt(v)', () => {
    const x = rows([2, 0], [0, 5]);
    const { value, parts } = mmcr({ compressionWeight: 0.1 }).measure({ views: [x, x] });
    expect(parts['centroids']).toBeCloseTo(2, 12);
    expect(parts['compression']).toBeCloseTo(Math.SQRT2, 12);
    expect(value).toBeCloseTo(-2 + 0.1 * Math.SQRT2, 12);
  });

  test('views at right angles have centroids of length sqrt(1/2), and the norm 2', () => {
    const { parts } = mmcr().measure({ views: [rows([1, 0]), rows([0, 1])] });
    expect(parts['centroids']).toBeCloseTo(Math.SQRT1_2, 12);
    expect(parts['compression']).toBeCloseTo(2, 12);
  });

  test('rows as they are', () => {
    const { value } = mmcr({ rows: 'raw', compressionWeight: 0 }).measure({ views: [rows([2, 0], [0, 5])] });
    expect(value).toBeCloseTo(-7, 12);
  });
});

test('targets count as further views, and get their gradients', () => {
  const [a, b] = [example(6, 0), example(6, 1)];
  const [views, targets] = [mmcr().differentiate({ views: [a, b] }), mmcr().differentiate({ views: [a], targets: [b] })];
  expect(targets.value).toBe(views.value);
  expect(targets.gradients.targets![0]!).toBeCloseToTensor(views.gradients.views![1]!, 1e-14);
  expect(views.gradients.targets).toBeUndefined();
});

test.each([1e-6, 1e6])('rows %d times as long: the value stays, the gradient is as much shorter', (scale) => {
  const [plain, scaled] = [example(6, 0), example(6, 0, scale)].map((each) =>
    mmcr().differentiate({ views: [each, example(6, 1)] }),
  );
  expect(scaled!.value).toBeCloseTo(plain!.value, 12);
  expect(values(scaled!.gradients.views![0]!).map((each) => each * scale)).toBeCloseToTensor(
    values(plain!.gradients.views![0]!),
    1e-12,
  );
});

test('errors name what is wrong', () => {
  expect(() => mmcr().measure({ views: [] })).toThrow('mmcr: expected at least 1 view, got 0');
  expect(() => mmcr().measure({ views: [rows([1])], targets: [rows([1], [2])] })).toThrow(
    'expected [1,1] in target 0, got [2,1]',
  );
  expect(() => mmcr().measure({ views: [rows([Number.NaN])] })).toThrow('row 0 of view 0, got NaN');
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function example(n: number, seed: number, scale = 1): Features {
  return features(
    Float64Array.from(values(exampleFeatures(n, 4, seed)), (each) => scale * each),
    n,
    4,
  );
}
