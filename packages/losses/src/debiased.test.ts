import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';
import { exampleBatches, exampleFeatures, matchers, obeysLossLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { debiased, infoNce } from './index.ts';

expect.extend(matchers);
obeysLossLaws(debiased());
obeysLossLaws(debiased({ temperature: 0.2, prior: 0.4 }));

test('two views of two items', () => {
  const x = rows([1, 0.2], [-0.5, 1], [0.9, 0.4], [-0.2, 0.8]);
  const targets = sparseWeights([2, 3, 0, 1].map((column) => [[column, 1]]));
  const batch: ContrastBatch = { queries: x, keys: [x], targets, excluded: { kind: 'self' } };
  expect(debiased({ temperature: 0.5, prior: 0.1 }).measure(batch).value).toBeCloseTo(0.086248, 6);
});

test('a prior of 0 corrects nothing, for one positive or several', () => {
  for (const { batch } of exampleBatches()) {
    const [corrected, plain] = [
      debiased({ temperature: 0.3, prior: 0 }).differentiate(batch),
      infoNce({ temperature: 0.3, positives: 'apart' }).differentiate(batch),
    ];
    expect(corrected.value).toBeCloseTo(plain.value, 12);
    expect(corrected.gradients.queries!).toBeCloseToTensor(plain.gradients.queries!, 1e-12);
  }
});

describe('the bound from below', () => {
  // one negative opposite to the query, where the estimate of what true negatives add is the least there can be
  const batch = pairs(rows([1, 0]), rows([1, 0], [-1, 0.001]));

  test('holds where positives explain all that is seen: ln(1 + N e^(-1/t) / e+)', () => {
    const { value } = debiased({ temperature: 0.5, prior: 0.1 }).measure(batch);
    expect(value).toBeCloseTo(Math.log1p(Math.exp(-2) / Math.exp(2)), 12);
  });

  test('passes no gradient on to negatives', () => {
    const { gradients } = debiased({ temperature: 0.5, prior: 0.1 }).differentiate(batch);
    expect([...values(gradients.keys![0]!)].slice(2)).toEqual([0, 0]);
  });
});

test('queries without negatives are worth exactly 0', () => {
  expect(debiased().differentiate(pairs(rows([3, 1]), rows([-1, 2])))).toMatchLoss({ value: 0, queries: [0, 0] }, 0);
});

test('the larger the prior, the smaller the loss, where negatives are far enough', () => {
  const x = exampleFeatures(8, 4, 1);
  const found = [0, 0.05, 0.1].map((prior) => debiased({ prior }).measure(pairs(x, x)).value);
  expect(found).toEqual([...found].sort((one, other) => other - one));
  expect(found[0]).toBeGreaterThan(found[2]!);
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

test('opposite rows whose cosine is below -1 by rounding are told a number even at a temperature of 1e-300', () => {
  for (let seed = 1; seed < 40; seed++) {
    const row = [Math.sin(seed), Math.cos(2 * seed), Math.sin(3 * seed)];
    const opposite = row.map((each) => -each);
    expect(debiased({ temperature: 1e-300 }).measure(pairs(rows(row, row), rows(opposite, opposite))).value).toBeGreaterThan(
      0.69,
    );
  }
});
