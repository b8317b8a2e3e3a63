import { type Features, features, values } from '@viewforge/tensor';
import { exampleFeatures, matchers, obeysBatchLossLaws, obeysOptionLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { alignmentUniformity } from './alignment-uniformity.ts';

expect.extend(matchers);
obeysOptionLaws(alignmentUniformity);
for (const loss of [alignmentUniformity(), alignmentUniformity({ power: 1, sharpness: 0.5, uniformityWeight: 0.3 })]) {
  obeysBatchLossLaws(loss, [
    { name: 'two views', batch: { views: [example(6, 0), example(6, 1)] } },
    { name: 'three views', batch: { views: [example(6, 0), example(6, 1), example(6, 2)] } },
    { name: 'more rows than are compared at a time', batch: { views: [example(37, 0), example(37, 1)] } },
    { name: 'two rows', batch: { views: [example(2, 0), example(2, 1)] } },
    { name: 'one row', batch: { views: [example(1, 0), example(1, 1)] } },
    { name: 'equal views', batch: { views: [example(6, 0), example(6, 0)] }, smooth: false },
    { name: 'equal rows', batch: { views: [rows([1, 2], [2, 4], [3, 1]), rows([1, 2], [1, 1], [3, 0])] }, smooth: false },
    { name: 'zero rows', batch: { views: [rows([0, 0], [2, 4]), rows([1, 2], [0, 0])] }, smooth: false },
  ]);
}
obeysBatchLossLaws(alignmentUniformity({ alignmentWeight: 0 }), [{ name: 'one view', batch: { views: [example(6, 0)] } }]);
obeysBatchLossLaws(alignmentUniformity({ power: 0.5, uniformityWeight: 0 }), [
  { name: 'a power below 1', batch: { views: [example(6, 0), example(6, 1)] } },
  { name: 'a power below 1 of equal views', batch: { views: [example(6, 0), example(6, 0)] }, smooth: false },
]);

describe('values worked out by hand', () => {
  const x = rows([1, 0.2], [0.1, 1], [1, 1]);

  test('alignment and uniformity of two views', () => {
    const u = rows([1, 0], [0, 1], [1, 1]);
    const v = rows([1, 0.1], [0.1, 1], [1, 0.8]);
    expect(alignmentUniformity({ uniformityWeight: 0 }).measure({ views: [u, v] }).value).toBeCloseTo(0.010695, 6);
    expect(alignmentUniformity({ alignmentWeight: 0 }).measure({ views: [u] }).value).toBeCloseTo(-1.547913, 6);
    const { parts } = alignmentUniformity().measure({ views: [u, v] });
    expect(parts['alignment']).toBeCloseTo(0.010695, 6);
  });

  test('uniformity alone', () => {
    const { value, gradients, parts } = alignmentUniformity({ alignmentWeight: 0 }).differentiate({ views: [x] });
    expect(value).toBeCloseTo(-1.124207, 6);
    expect(gradients.views![0]!).toBeCloseToTensor(rows([-0.26817, 1.34085], [1.271173, -0.127117], [0.055299, -0.055299]));
    expect(parts['alignment']).toBeNaN();
  });

  test('alignment alone', () => {
    const views = [x, rows([1, 0.1], [0.3, 1], [1, 0.8])];
    expect(alignmentUniformity({ uniformityWeight: 0 }).measure({ views }).value).toBeCloseTo(0.019482, 6);
  });

  test('opposite rows: a distance of 2 to the power, and -4 times the sharpness', () => {
    const [a, b] = [rows([1, 0], [-1, 0]), rows([-1, 0], [1, 0])];
    const { parts } = alignmentUniformity({ power: 3, sharpness: 5 }).measure({ views: [a, b] });
    expect([parts['alignment'], parts['uniformity']]).toEqual([8, -20]);
  });

  test('a sharpness that no exponential bears', () => {
    const { value } = alignmentUniformity({ sharpness: 1e5, alignmentWeight: 0 }).measure({ views: [rows([1, 0], [-1, 0])] });
    expect(value).toBe(-4e5);
  });

  test('a zero row is in the middle, at a distance of 1, and has no gradient', () => {
    const { parts, gradients } = alignmentUniformity().differentiate({
      views: [rows([0, 0], [1, 0]), rows([0, 2], [0, 0])],
    });
    expect([parts['alignment'], parts['uniformity'], parts['zeroRows']]).toEqual([1, -2, 2]);
    expect([...values(gradients.views![0]!)].slice(0, 2)).toEqual([0, 0]);
  });

  test('one row has no pair', () => {
    const { value, gradients } = alignmentUniformity({ alignmentWeight: 0 }).differentiate({ views: [rows([1, 2])] });
    expect(value).toBe(0);
    expect([...values(gradients.views![0]!)]).toEqual([0, 0]);
  });

  test('rows that coincide are neither crowded out nor lost: ln of a mean of 1', () => {
    const same = rows([1, 2], [2, 4], [3, 6]);
    const { value, gradients } = alignmentUniformity().differentiate({ views: [same, same] });
    expect(value).toBeCloseTo(0, 14);
    for (const each of values(gradients.views![0]!)) expect(Math.abs(each)).toBeLessThan(1e-14);
  });
});

test('with a uniformityWeight of 0 the n * n pairs of rows are not gone through, and uniformity is not told', () => {
  const loss = alignmentUniformity({ uniformityWeight: 0 });
  expect(loss.measure({ views: [example(6, 0), example(6, 1)] }).parts['uniformity']).toBeNaN();
  // 2^17 rows would be 2^34 pairs, which no test waits for
  const many = features(new Float64Array(2 ** 18).fill(1), 2 ** 17, 2);
  expect(loss.differentiate({ views: [many, many] }).value).toBe(0);
});

test('uniformity is the mean over views', () => {
  const [a, b] = [example(6, 0), example(6, 1)];
  const alone = (x: Features) => alignmentUniformity({ alignmentWeight: 0 }).measure({ views: [x] }).value;
  expect(alignmentUniformity().measure({ views: [a, b] }).parts['uniformity']).toBeCloseTo((alone(a) + alone(b)) / 2, 12);
});

test.each([1e-6, 1e6])('rows %d times as long: the value stays, the gradient is as much shorter', (scale) => {
  const [plain, scaled] = [example(6, 0), example(6, 0, scale)].map((each) =>
    alignmentUniformity().differentiate({ views: [each, example(6, 1)] }),
  );
  expect(scaled!.value).toBeCloseTo(plain!.value, 12);
  expect(values(scaled!.gradients.views![0]!).map((each) => each * scale)).toBeCloseToTensor(
    values(plain!.gradients.views![0]!),
    1e-12,
  );
});

test('errors name what is wrong', () => {
  expect(() => alignmentUniformity().measure({ views: [rows([1])] })).toThrow('at least 2 views, got 1');
  expect(() => alignmentUniformity({ alignmentWeight: 0 }).measure({ views: [] })).toThrow('at least 1 view, got 0');
  expect(() => alignmentUniformity().measure({ views: [rows([1]), rows([Infinity])] })).toThrow('row 0 of view 1, got Infinity');
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
