import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { exampleBatches, matchers, obeysLossLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { debiased, hardWeighted, infoNce } from './index.ts';

expect.extend(matchers);
obeysLossLaws(hardWeighted());
obeysLossLaws(hardWeighted({ temperature: 0.2, prior: 0.01, concentration: 3 }));

const x = rows([1, 0.2], [-0.5, 1], [0.9, 0.4], [-0.2, 0.8]);
const targets = sparseWeights([2, 3, 0, 1].map((column) => [[column, 1]]));
const views: ContrastBatch = { queries: x, keys: [x], targets, excluded: { kind: 'self' } };

test.each([
  [0.1, 1, 0.093626],
  [0.1, 0, 0.086248],
  [0, 0, 0.239206],
])('two views of two items, prior %d, concentration %d', (prior, concentration, value) => {
  expect(hardWeighted({ temperature: 0.5, prior, concentration }).measure(views).value).toBeCloseTo(value, 6);
});

test('a concentration of 0 is the debiased loss', () => {
  for (const { batch } of exampleBatches()) {
    const found = hardWeighted({ concentration: 0, prior: 0.2 }).differentiate(batch);
    const expected = debiased({ prior: 0.2 }).differentiate(batch);
    expect(found.value).toBe(expected.value);
    expect(found.gradients.queries!).toBeCloseToTensor(expected.gradients.queries!, 1e-15);
  }
});

test('very concentrated, all N negatives are as hard as the hardest: ln(1 + N e^(hardest - positive))', () => {
  const batch = pairs(rows([1, 0]), rows([0.6, 0.8], [0, 1], [0.8, -0.6]));
  const { value } = hardWeighted({ temperature: 1, prior: 0, concentration: 500 }).measure(batch);
  expect(value).toBeCloseTo(Math.log1p(2 * Math.exp(0.8 - 0.6)), 12);
});

test('negatives that are equally far weigh alike at any concentration', () => {
  const batch = pairs(rows([1, 0, 0]), rows([1, 1, 0], [0, 1, 0], [0, 0, 1]));
  const plain = infoNce({ temperature: 0.5 }).measure(batch).value;
  expect(hardWeighted({ prior: 0, concentration: 2 }).measure(batch).value).toBeCloseTo(plain, 12);
});

describe('extremes', () => {
  test.each([1e-4, 1e-3, 1e4])('temperature %d: the value is finite, and 0 only where nothing is wrong', (temperature) => {
    for (const concentration of [0, 1, 100]) {
      const loss = hardWeighted({ temperature, prior: 0.1, concentration });
      const [right, wrong] = [pairs(x, x), pairs(x, rows([-0.5, 1], [1, 0.2], [-0.2, 0.8], [0.9, 0.4]))].map((batch) =>
        loss.differentiate(batch),
      );
      expect(right!.value).toBeLessThanOrEqual(wrong!.value);
      expect(Number.isFinite(wrong!.value)).toBe(true);
      expect(wrong!.gradients.queries!.data.every(Number.isFinite)).toBe(true);
      expect(wrong!.gradients.queries!.data.some((each) => each !== 0)).toBe(true);
    }
  });
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
