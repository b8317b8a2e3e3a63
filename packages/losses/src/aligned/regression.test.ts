import { type Features, features, values } from '@viewforge/tensor';
import { exampleFeatures, lossGradientError, matchers, obeysBatchLossLaws, obeysOptionLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { regression } from './regression.ts';

expect.extend(matchers);
obeysOptionLaws(regression);
for (const loss of [regression(), regression({ distance: 'l1' }), regression({ against: 'others' })]) {
  obeysBatchLossLaws(loss, [
    { name: 'two views', batch: { views: [example(0), example(1)], targets: [example(2), example(3)] } },
    { name: 'one row', batch: { views: [rows([1, 2]), rows([3, 4])], targets: [rows([2, 0]), rows([5, 5])] } },
    { name: 'what is reached', batch: { views: [rows([1, 2]), rows([1, 2])], targets: [rows([1, 2]), rows([1, 2])] } },
  ]);
}
obeysBatchLossLaws(regression(), [
  { name: 'one target for all', batch: { views: [example(0), example(1), example(2)], targets: [example(3)] } },
]);

test('weights of items weigh the mean over items, and the gradients', () => {
  const batch = { views: [rows([1, 2], [0, 0])], targets: [rows([1, 4], [-3, 0])], weights: Float64Array.of(3, 1) };
  expect(regression().measure(batch).value).toBe((3 * 2 + 4.5) / 4);
  for (const loss of [regression(), regression({ distance: 'l1', against: 'others' })]) {
    const own = { views: [example(0), example(1)], targets: [example(2), example(3)] };
    const weights = Float64Array.from({ length: own.views[0]!.shape[0]! }, (_, item) => item % 3);
    expect(lossGradientError(loss, { ...own, weights }).worst).toBeLessThan(1e-8);
  }
});

describe('values worked out by hand', () => {
  const batch = { views: [rows([1, 2], [0, 0])], targets: [rows([1, 4], [-3, 0])] };

  test('mean of squares', () => {
    const { value, perQuery, gradients } = regression().differentiate(batch);
    expect(value).toBe((4 + 9) / 4);
    expect([...perQuery]).toEqual([2, 4.5]);
    // 2 (z - t) / (n d)
    expect([...values(gradients.views![0]!)]).toEqual([0, -1, 1.5, 0]);
    expect(gradients.targets).toBeUndefined();
  });

  test('mean of absolute differences, with no gradient where they are 0', () => {
    const { value, perQuery, gradients } = regression({ distance: 'l1' }).differentiate(batch);
    expect(value).toBe((2 + 3) / 4);
    expect([...perQuery]).toEqual([1, 1.5]);
    expect([...values(gradients.views![0]!)]).toEqual([0, -0.25, 0.25, 0]);
  });

  test('each view meets its own target, or those of the others', () => {
    const views = [rows([0]), rows([10])];
    expect(regression().measure({ views, targets: views }).value).toBe(0);
    expect(regression({ against: 'others' }).measure({ views, targets: views }).value).toBe(100);
  });

  test('the mean over views', () => {
    const { value, gradients } = regression().differentiate({ views: [rows([1]), rows([3])], targets: [rows([0])] });
    expect(value).toBe(5);
    expect(gradients.views!.map((each) => each!.get(0, 0))).toEqual([1, 3]);
  });
});

test.each([1e-6, 1e6])('numbers %d times as large', (scale) => {
  const scaled = { views: [example(0, scale)], targets: [example(1, scale)] };
  const plain = { views: [example(0)], targets: [example(1)] };
  const ratio = (distance: 'mse' | 'l1') =>
    regression({ distance }).measure(scaled).value / regression({ distance }).measure(plain).value;
  expect(ratio('mse') / scale ** 2).toBeCloseTo(1, 12);
  expect(ratio('l1') / scale).toBeCloseTo(1, 12);
});

test('errors name what is wrong', () => {
  expect(() => regression().measure({ views: [rows([1])] })).toThrow('a target for each view or one for all, got 1 views and 0');
  expect(() => regression().measure({ views: [rows([1])], targets: [rows([1, 2])] })).toThrow('[1,1] in target 0, got [1,2]');
  expect(() => regression().measure({ views: [], targets: [] })).toThrow('at least 1 view, got 0');
  expect(() => regression().measure({ views: [rows([1])], targets: [rows([Number.NaN])] })).toThrow('row 0 of target 0, got NaN');
  expect(() => regression().measure({ views: [rows([1e200])], targets: [rows([0])] })).toThrow('finite numbers in view 0');
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
