import { type Features, features, values } from '@viewforge/tensor';
import { exampleFeatures, matchers, obeysBatchLossLaws, obeysOptionLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { wMse } from './w-mse.ts';

expect.extend(matchers);
obeysOptionLaws(wMse);
obeysBatchLossLaws(wMse(), [
  { name: 'two views', batch: { views: [example(8, 0), example(8, 1)] } },
  { name: 'three views', batch: { views: [example(8, 0), example(8, 1), example(8, 2)] } },
  { name: 'fewer rows than columns', batch: { views: [example(3, 0), example(3, 1)] } },
  { name: 'two rows', batch: { views: [example(2, 0), example(2, 1)] }, smooth: false }, // cosines of -1 and 1: all gradients are rounding
  { name: 'one row', batch: { views: [example(1, 0), example(1, 1)] } },
  { name: 'equal rows', batch: { views: [rows([1, 2], [1, 2], [1, 2]), rows([1, 2], [2, 1], [0, 0])] }, smooth: false },
  { name: 'zero rows', batch: { views: [rows([0, 0], [0, 0], [0, 0]), rows([1, 2], [2, 1], [0, 0])] }, smooth: false },
  // a step of 1e-6 says nothing of numbers of that size
  { name: 'tiny numbers', batch: { views: [example(8, 0, 1e-6), example(8, 1, 1e-6)] }, smooth: false },
  { name: 'huge numbers', batch: { views: [example(8, 0, 1e6), example(8, 1, 1e6)] }, smooth: false },
]);
obeysBatchLossLaws(wMse({ groupSize: 5, shrinkage: 0.1 }), [
  { name: 'groups of 5 and 7', batch: { views: [example(12, 0), example(12, 1)] } },
]);

describe('values worked out by hand', () => {
  const x = rows([1, 0], [0, 1], [-1, 0], [0, -2], [1, 1]);

  test('five rows in one group, and the same moved a little', () => {
    const moved = rows([1.1, 0], [0, 1.1], [-1.1, 0.1], [0.2, -2], [1, 0.9]);
    const { value, parts } = wMse().measure({ views: [x, moved] });
    expect(value).toBeCloseTo(0.011657, 6);
    expect(parts).toEqual({ groups: 2, shrunkGroups: 0, flatGroups: 0 });
  });

  test('a view and any regular map of it are worth nothing, as whitening takes off scale and origin', () => {
    const scaled = rows([7, 1], [5, 3], [3, 1], [5, -3], [7, 3]); // 2 x + (5, 1)
    expect(wMse().measure({ views: [x, scaled] }).value).toBeCloseTo(0, 12);
  });

  test('one row has cosine 0 and no gradient', () => {
    const { value, gradients, parts } = wMse().differentiate({ views: [rows([1, 2]), rows([1, 2])] });
    expect(value).toBe(2);
    expect(parts['flatGroups']).toBe(2);
    expect(gradients.views!.flatMap((each) => [...values(each!)].map(Math.abs))).toEqual([0, 0, 0, 0]);
  });
});

test('groups are whitened one by one, and what is left joins the last', () => {
  const [a, b] = [example(12, 0), example(12, 1)];
  const whole = wMse({ groupSize: 5 }).measure({ views: [a, b] });
  const first = wMse().measure({ views: [part(a, 0, 5), part(b, 0, 5)] });
  const second = wMse().measure({ views: [part(a, 5, 12), part(b, 5, 12)] });
  expect([...whole.perQuery]).toEqual([...first.perQuery, ...second.perQuery]);
  expect(whole.parts['groups']).toBe(4);
});

test.each([1e-6, 1e6])('rows %d times as long: the value stays, the gradient is as much shorter', (scale) => {
  const batch = (by: number) => ({ views: [example(8, 0, by), example(8, 1)] });
  const [plain, scaled] = [wMse().differentiate(batch(1)), wMse().differentiate(batch(scale))];
  expect(scaled.value).toBeCloseTo(plain.value, 10);
  expect(values(scaled.gradients.views![0]!).map((each) => each * scale)).toBeCloseToTensor(
    values(plain.gradients.views![0]!),
    1e-10,
  );
});

test('collapsed columns do not help: shrunk groups are counted', () => {
  const flat = rows([1, 1], [2, 2], [4, 4], [3, 3]);
  const { parts } = wMse().measure({ views: [flat, example(4, 0, 1, 2)] });
  expect(parts['shrunkGroups']).toBe(1);
});

test('errors name what is wrong', () => {
  expect(() => wMse().measure({ views: [rows([1])] })).toThrow('w-mse: expected at least 2 views, got 1');
  expect(() => wMse().measure({ views: [rows([1], [2]), rows([1], [Number.NaN])] })).toThrow('row 1 of view 1, got NaN');
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function part(x: Features, from: number, to: number): Features {
  const d = x.shape[1]!;
  return features(values(x).slice(from * d, to * d), to - from, d);
}

function example(n: number, seed: number, scale = 1, d = 3): Features {
  return features(
    Float64Array.from(values(exampleFeatures(n, d, seed)), (each) => scale * each),
    n,
    d,
  );
}
