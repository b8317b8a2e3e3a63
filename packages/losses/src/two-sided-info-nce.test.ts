import { type ContrastBatch, pairs } from '@viewforge/core';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleBatches, exampleFeatures, matchers, obeysLossLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { infoNce, twoSidedInfoNce } from './index.ts';

expect.extend(matchers);
obeysLossLaws(twoSidedInfoNce());
obeysLossLaws(twoSidedInfoNce({ temperature: 1, similarity: 'dot' }));

const a = rows([1, 0.2], [-0.5, 1]);
const b = rows([0.9, 0.4], [-0.2, 0.8]);

test('two pairs', () => {
  const found = twoSidedInfoNce({ temperature: 0.5 }).differentiate(pairs(a, b));
  expect(found).toMatchLoss({ value: 0.121683, queries: [-0.017138, 0.085689, 0.071863, 0.035931] }, 1e-6);
});

test('queries and keys may change places', () => {
  const [x, y] = [doubles(5, 1), doubles(5, 2)];
  const [there, back] = [pairs(x, y), pairs(y, x)].map((batch) => twoSidedInfoNce().differentiate(batch));
  expect(there!.value).toBeCloseTo(back!.value, 12);
  expect(there!.gradients.queries!).toBeCloseToTensor(back!.gradients.keys![0]!, 1e-12);
  expect(there!.gradients.keys![0]!).toBeCloseToTensor(back!.gradients.queries!, 1e-12);
});

test('a frozen block of keys has no gradient, and changes no other', () => {
  const batch: ContrastBatch = { ...pairs(doubles(3, 1), doubles(2, 2)), keys: [doubles(2, 2), doubles(1, 3)] };
  const [learning, frozen] = [batch, { ...batch, frozen: [true, false] }].map((each) => twoSidedInfoNce().differentiate(each));
  expect(frozen!.gradients.keys![0]).toBeUndefined();
  expect(frozen!.gradients.keys![1]!).toBeCloseToTensor(learning!.gradients.keys![1]!, 1e-15);
  expect(frozen!.gradients.queries!).toBeCloseToTensor(learning!.gradients.queries!, 1e-15);
});

test('it is the mean of InfoNCE there and back', () => {
  const [x, y] = [doubles(5, 1), doubles(5, 2)];
  const [there, back] = [pairs(x, y), pairs(y, x)].map((batch) => infoNce().measure(batch).value);
  const { value, parts } = twoSidedInfoNce().measure(pairs(x, y));
  expect([parts['forward'], parts['backward'], value]).toEqual([there, back, (there! + back!) / 2]);
});

describe('the gradient of the scale', () => {
  test.each(exampleBatches())('agrees with central differences of ln(1 / temperature): $name', ({ batch }) => {
    for (const similarity of ['cosine', 'dot'] as const) {
      const at = (theta: number) => twoSidedInfoNce({ temperature: Math.exp(-theta), similarity }).measure(batch);
      const numeric = (at(0.7 + 1e-6).value - at(0.7 - 1e-6).value) / 2e-6;
      expect(Math.abs(at(0.7).parts['scaleGradient']! - numeric)).toBeLessThan(1e-8 * Math.max(1, Math.abs(numeric)));
    }
  });

  test('is the sum of the gradient of each logit times the similarity: minus the inner product with a sharper answer', () => {
    // one direction of two orthogonal pairs: l = (1, 0) / t, P of the other key = 1 / (1 + e^(1 / t))
    const x = rows([1, 0], [0, 1]);
    const { parts } = twoSidedInfoNce({ temperature: 0.5 }).measure(pairs(x, x));
    expect(parts['scaleGradient']).toBeCloseTo(-2 / (1 + Math.exp(2)), 12);
  });
});

describe('batches that are no pairs', () => {
  test('keys beyond the queries are negatives, and are not asked', () => {
    const batch = pairs(doubles(3, 1), doubles(5, 2));
    const { value, parts } = twoSidedInfoNce().measure(batch);
    const three = tensor(values(batch.keys[0]!).slice(0, 12), [3, 4]);
    const back = infoNce().measure(pairs(three, batch.queries)).value;
    expect(parts['backward']).toBeCloseTo(back, 12);
    expect(value).toBeCloseTo((infoNce().measure(batch).value + back) / 2, 12);
  });

  test('keys in blocks are one list of keys', () => {
    const batch = pairs(doubles(5, 1), doubles(5, 2));
    const all = values(batch.keys[0]!);
    const keys = [tensor(all.slice(0, 8), [2, 4]), tensor(all.slice(8), [3, 4])];
    const [whole, cut] = [batch, { ...batch, keys }].map((each) => twoSidedInfoNce().differentiate(each));
    expect(cut!.value).toBeCloseTo(whole!.value, 12);
    const joined = cut!.gradients.keys!.flatMap((each) => [...values(each!)]);
    expect(joined).toBeCloseToTensor(values(whole!.gradients.keys![0]!), 1e-12);
  });

  test('a pair of weight 0 is a negative only', () => {
    const batch = pairs(doubles(4, 1), doubles(4, 2));
    const weights = Float64Array.of(1, 1, 0, 1);
    const { parts } = twoSidedInfoNce().measure({ ...batch, queryWeights: weights });
    const each = infoNce().measure(pairs(batch.keys[0]!, batch.queries)).perQuery;
    expect(parts['backward']).toBeCloseTo((each[0]! + each[1]! + each[3]!) / 3, 12);
  });

  test('gradients have the element type of what they belong to', () => {
    const batch: ContrastBatch = { ...pairs(exampleFeatures(3), exampleFeatures(2)), keys: [exampleFeatures(2), doubles(1, 3)] };
    const { gradients } = twoSidedInfoNce().differentiate(batch);
    const types = [gradients.queries, ...gradients.keys!].map((each) => each!.data.constructor);
    expect(types).toEqual([Float32Array, Float32Array, Float64Array]);
  });
});

test('one pair is worth exactly 0', () => {
  expect(twoSidedInfoNce().differentiate(pairs(rows([3, 1]), rows([-1, 2])))).toMatchLoss({ value: 0, queries: [0, 0] }, 0);
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function doubles(n: number, seed: number): Features {
  return features(Float64Array.from(values(exampleFeatures(n, 4, seed))), n, 4);
}
