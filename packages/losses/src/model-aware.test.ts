import { pairs } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { exampleBatches, matchers, obeysLossLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { infoNce, modelAware } from './index.ts';

expect.extend(matchers);
obeysLossLaws(modelAware());
obeysLossLaws(modelAware({ temperature: 0.5, alpha: 1, reference: 0.3 }));

test('the temperature grows with the mean cosine of positives', () => {
  const batch = pairs(rows([1, 0], [0, 1]), rows([0.6, 0.8], [0.8, 0.6])); // cosines .6 and .6
  const { parts } = modelAware({ temperature: 0.1, alpha: 0.5, reference: 0.2 }).measure(batch);
  expect(parts['temperature']).toBeCloseTo(0.1 * (1 + 0.5 * 0.4), 12);
});

test('the alignment that the temperature follows is the mean by weight of query', () => {
  const batch = pairs(rows([1, 0], [0, 1]), rows([0.6, 0.8], [0.6, 0.8])); // cosines .6 and .8
  const { parts } = modelAware({ temperature: 0.1, alpha: 0.5 }).measure({ ...batch, queryWeights: Float64Array.of(3, 1) });
  expect(parts['temperature']).toBeCloseTo(0.1 * (1 + (0.5 * (3 * 0.6 + 0.8)) / 4), 12);
});

test('each cross entropy is divided by what its softmax leaves to negatives', () => {
  for (const { batch } of exampleBatches().filter(({ name }) => name !== 'one pair')) {
    const weighted = modelAware({ temperature: 0.5, alpha: 0 }).measure(batch).value;
    const { perQuery } = infoNce({ temperature: 0.5, positives: 'sum' }).measure(batch);
    let [sum, total] = [0, 0];
    perQuery.forEach((each, query) => {
      if (Number.isNaN(each)) return;
      const weight = batch.queryWeights?.[query] ?? 1;
      sum += (weight * each) / (1 - Math.exp(-each) + 1e-8);
      total += weight;
    });
    expect(weighted).toBeCloseTo(sum / total, 12);
  }
});

describe('edges', () => {
  test('a query that is right keeps a term of 1', () => {
    const x = rows([1, 0], [0, 1]);
    // -ln P / (1 - P) goes to 1 as P does; 1e-8 is what keeps it from 0 / 0
    expect(modelAware({ temperature: 0.1, alpha: 0 }).measure(pairs(x, x)).value).toBeCloseTo(1, 3);
    expect(modelAware({ temperature: 1e-4, alpha: 0 }).measure(pairs(x, x)).value).toBe(0);
  });

  test('without negatives it is 0', () => {
    expect(modelAware().differentiate(pairs(rows([3, 1]), rows([-1, 2])))).toMatchLoss({ value: 0, queries: [0, 0] }, 0);
  });

  test('opposite positives bring the temperature down to a hundredth, never to 0', () => {
    const batch = pairs(rows([1, 0], [0, 1]), rows([-1, 0], [0, -1]));
    const { value, parts } = modelAware({ temperature: 0.1, alpha: 1, reference: 0.5 }).measure(batch);
    expect(parts['temperature']).toBeCloseTo(0.001, 12);
    expect(value).toBeCloseTo(1000, 4); // -1 against 0, over the temperature; 1e-8 of it is what keeps from 0 / 0
  });
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
