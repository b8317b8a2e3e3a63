import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';
import { exampleBatches, matchers, obeysLossLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { decoupled, weightedDecoupled } from './index.ts';

expect.extend(matchers);
obeysLossLaws(weightedDecoupled());
obeysLossLaws(weightedDecoupled({ temperature: 0.5, sigma: 0.1 }));

test('positives of cosines .9 and .5 are pulled .620051 and 1.379949 times as hard', () => {
  const at = (cosine: number, axis: number): number[] => {
    const row = [0, 0, 0, 0];
    row[axis] = cosine;
    row[axis + 1] = Math.sqrt(1 - cosine * cosine);
    return row;
  };
  const batch = pairs(rows([1, 0, 0, 0], [0, 0, 1, 0]), rows(at(0.9, 0), at(0.5, 2)));
  const [plain, weighted] = [decoupled({ temperature: 1 }), weightedDecoupled({ temperature: 1 })].map((loss) =>
    loss.measure(batch),
  );
  // the difference of the terms is (weight - 1) * cosine
  const expected = ((1 - 0.620051) * 0.9 + (1 - 1.379949) * 0.5) / 2;
  expect(weighted!.value - plain!.value).toBeCloseTo(expected, 6);
});

test('positives that are equally far are all pulled alike: the decoupled loss', () => {
  const x = rows([1, 0, 0], [0, 1, 0], [0, 0, 1]);
  const y = rows([1, 1, 0], [0, 1, 1], [1, 0, 1]);
  const [plain, weighted] = [decoupled(), weightedDecoupled()].map((loss) => loss.differentiate(pairs(x, y)));
  expect(weighted!.value).toBeCloseTo(plain!.value, 12);
  expect(weighted!.gradients.queries!).toBeCloseToTensor(plain!.gradients.queries!, 1e-12);
});

test('a wide sigma weighs all pairs alike', () => {
  for (const { batch } of exampleBatches()) {
    expect(weightedDecoupled({ sigma: 1e9 }).measure(batch).value).toBeCloseTo(decoupled().measure(batch).value, 7);
  }
});

describe('edges', () => {
  test('a term depends on the batch: there is none of each query', () => {
    expect(weightedDecoupled().measure(exampleBatches()[0]!.batch).perQuery).toHaveLength(0);
  });

  test('one pair is worth 0', () => {
    expect(weightedDecoupled().measure(pairs(rows([3, 1]), rows([-1, 2]))).value).toBe(0);
  });

  test.each([1e-4, 1e-2, 1e4])('sigma %d neither overflows nor divides by 0', (sigma) => {
    const { value, gradients } = weightedDecoupled({ sigma }).differentiate(exampleBatches()[0]!.batch);
    expect(Number.isFinite(value)).toBe(true);
    expect(gradients.queries!.data.every(Number.isFinite)).toBe(true);
  });

  test('a batch without a positive, or of weight 0, is worth 0', () => {
    const { batch } = exampleBatches()[0]!;
    const none: ContrastBatch = { ...batch, targets: sparseWeights([[], [], [], [], []]) };
    expect(weightedDecoupled().measure(none).value).toBe(0);
    expect(weightedDecoupled().measure({ ...batch, queryWeights: new Float64Array(5) }).value).toBe(0);
  });

  test('a broken row is named, though weights look at every row', () => {
    expect(() => weightedDecoupled().measure(pairs(rows([1, 0], [Number.NaN, 0]), rows([1, 0], [0, 1])))).toThrow(
      'expected a finite term for query 1',
    );
  });
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

test('a query of weight 0 that is nearer than all others by far does no harm', () => {
  const queries = features(Float64Array.of(1, 0, 0, 1), 2, 2);
  const keys = features(Float64Array.of(1, 0, 1, 0), 2, 2); // the first positive is as near as can be, the second orthogonal
  const batch = { ...pairs(queries, keys), queryWeights: Float64Array.of(0, 1) };
  const { value, gradients } = weightedDecoupled({ sigma: 1e-4, temperature: 1 }).differentiate(batch);
  expect(value).toBeCloseTo(0, 12); // the other key has cosine 0, too
  expect([...values(gradients.queries!)].every(Number.isFinite)).toBe(true);
});
