import { type Features, features, values } from '@viewforge/tensor';
import { exampleFeatures, matchers, obeysBatchLossLaws, obeysOptionLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { barlowTwins } from './barlow-twins.ts';

expect.extend(matchers);
obeysOptionLaws(barlowTwins);
for (const loss of [barlowTwins(), barlowTwins({ redundancyWeight: 0.5, scale: 0.024 })]) {
  obeysBatchLossLaws(loss, [
    { name: 'two views', batch: { views: [example(0), example(1)] } },
    { name: 'three views', batch: { views: [example(0), example(1), example(2)] } },
    { name: 'two rows', batch: { views: [exampleFeatures(2, 3, 0), exampleFeatures(2, 3, 1)] } },
    { name: 'one row', batch: { views: [exampleFeatures(1, 3, 0), exampleFeatures(1, 3, 1)] } },
    { name: 'a column that does not vary', batch: { views: [rows([1, 2], [3, 2], [2, 2]), rows([2, 1], [3, 2], [1, 5])] } },
    { name: 'zero rows', batch: { views: [rows([0, 0], [0, 0], [0, 0]), rows([2, 1], [3, 2], [1, 5])] } },
    // a step of 1e-6 says nothing of numbers of that size
    { name: 'tiny numbers', batch: { views: [example(0, 1e-6), example(1, 1e-6)] }, smooth: false },
    { name: 'huge numbers', batch: { views: [example(0, 1e6), example(1, 1e6)] }, smooth: false },
  ]);
}

describe('values worked out by hand', () => {
  const views = [rows([1, 2], [3, 1], [2, 6]), rows([2, 1], [3, 2], [1, 5])];

  test('three rows of two columns', () => {
    const { value, gradients } = barlowTwins().differentiate({ views });
    expect(value).toBeCloseTo(0.263349, 6);
    expect(gradients.views![0]!).toBeCloseToTensor(rows([-0.250683, 0.016587], [-0.25069, -0.01327], [0.501373, -0.003318]));
  });

  test('the two sums, from the cross-correlation [[.499993, .240190], [-.944903, .907839]]', () => {
    const { parts } = barlowTwins().measure({ views });
    expect(parts['diagonal']).toBeCloseTo((0.499993 - 1) ** 2 + (0.907839 - 1) ** 2, 5);
    expect(parts['redundancy']).toBeCloseTo(0.24019 ** 2 + 0.944903 ** 2, 5);
  });

  test('one row has no variance: the value is d, the gradient 0', () => {
    const found = barlowTwins().differentiate({ views: [rows([1, 2, 3]), rows([3, 1, 2])] });
    expect(found.value).toBe(3);
    expect(found.parts['constantColumns']).toBe(6);
    expect([...values(found.gradients.views![0]!)]).toEqual([0, 0, 0]);
  });

  test('equal views of independent columns are worth nothing', () => {
    const x = rows([1, 1], [1, -1], [-1, 1], [-1, -1]);
    // 1 - variance / (variance + 1e-5), squared and for both columns
    expect(barlowTwins().measure({ views: [x, x] }).value).toBeCloseTo(2e-10, 12);
  });
});

test('a column that differs from its mean by rounding alone is constant', () => {
  const views = [rows([0.1, 1], [0.1, 2], [0.1, 4]), rows([1, 2], [2, 1], [4, 4])];
  expect((0.1 + 0.1 + 0.1) / 3).not.toBe(0.1);
  expect(barlowTwins().measure({ views }).parts['constantColumns']).toBe(1);
});

test('the value is multiplied by the scale, and so is its gradient', () => {
  const batch = { views: [example(0), example(1)] };
  const [plain, scaled] = [barlowTwins().differentiate(batch), barlowTwins({ scale: 0.024 }).differentiate(batch)];
  expect(scaled.value).toBeCloseTo(0.024 * plain.value, 12);
  expect(scaled.gradients.views![1]!).toBeCloseToTensor(values(plain.gradients.views![1]!).map((each) => 0.024 * each));
});

test('of three views, the mean over every two', () => {
  const [a, b, c] = [example(0), example(1), example(2)];
  const loss = barlowTwins();
  const pairs = [
    [a, b],
    [a, c],
    [b, c],
  ].map((views) => loss.measure({ views }).value);
  expect(loss.measure({ views: [a, b, c] }).value).toBeCloseTo((pairs[0]! + pairs[1]! + pairs[2]!) / 3, 12);
});

test('one cross-correlation is held at a time: the gradient of eight views is the mean of those of their pairs', () => {
  const views = Array.from({ length: 8 }, (_, v) => example(v));
  const sum = new Float64Array(24);
  for (let v = 1; v < 8; v++) {
    const { gradients } = barlowTwins().differentiate({ views: [views[0]!, views[v]!] });
    values(gradients.views![0]!).forEach((each, i) => {
      sum[i] = sum[i]! + each / 28;
    });
  }
  expect(barlowTwins().differentiate({ views }).gradients.views![0]!).toBeCloseToTensor(sum, 1e-12);
});

test('units and origins of columns do not matter while their variance is far above 1e-5', () => {
  const [a, b] = [example(0), example(1)];
  const moved = features(
    Float64Array.from(values(a), (each) => 1e3 * each - 7),
    6,
    4,
  );
  // 1e-5 of a variance near 1 is what is left of the difference
  expect(barlowTwins().measure({ views: [moved, b] }).value).toBeCloseTo(barlowTwins().measure({ views: [a, b] }).value, 4);
});

describe('errors', () => {
  test.each([
    ['at least 2 views, got 1', [example(0)]],
    ['expected [6,4] in view 1, got [6,3]', [example(0), exampleFeatures(6, 3)]],
    ['views of [n, d] with n and d >= 1, got [0,4]', [exampleFeatures(0, 4), exampleFeatures(0, 4)]],
    ['expected finite numbers in row 1 of view 1, got NaN', [rows([1], [2]), rows([1], [Number.NaN])]],
  ])('%s', (message, views) => {
    expect(() => barlowTwins().measure({ views })).toThrow(message);
  });

  test('numbers whose squares overflow are no loss', () => {
    expect(() => barlowTwins().measure({ views: [rows([1e200], [-1e200]), rows([1], [2])] })).toThrow(
      'expected finite numbers in view 0, got numbers whose squares',
    );
  });
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
