import { type ContrastBatch, onlyColumns, pairs, sparseExclusion, sparseWeights } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleBatches, matchers, obeysLossLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { defineContrastLoss } from './define-contrast-loss.ts';
import { infoNce } from './index.ts';
import type { RowRule } from './row-rule.ts';

expect.extend(matchers);

/** Each negative pushed by the square of its similarity, where that is above 0; positives pulled. */
const pushPull: RowRule = (row, { positives, negatives }) => {
  let value = 1;
  for (let j = 0; j < row.length; j++) {
    const logit = row[j]!;
    row[j] = logit > 0 ? (2 * logit) / negatives.count : 0; // -Infinity where there is nothing to see
    if (logit > 0) value += logit ** 2 / negatives.count;
  }
  for (const [p, column] of positives.columns.entries()) {
    value -= positives.weights[p]! * positives.logits[p]!;
    row[column] = -positives.weights[p]!;
  }
  return { value, parts: { seen: negatives.count } };
};
const custom = defineContrastLoss({
  name: 'custom',
  summary: 'Pull the positive, push what is similar besides.',
  form: () => ({ temperature: 1, similarity: 'cosine', rule: () => pushPull, factor: 3 }),
});

describe('a rule is enough for a loss', () => {
  obeysLossLaws(custom());

  test('its value and what it adds to the parts are means over queries, by weight', () => {
    const x = rows([1, 0], [0, 1]);
    const batch: ContrastBatch = { ...pairs(x, rows([1, 0], [1, 0])), queryWeights: Float64Array.of(1, 3) };
    // query 0 sees its own and another, both at 1: 1 - 1 + 1; query 1 both at 0: 1
    const { value, perQuery, parts } = custom().measure(batch);
    expect([...perQuery]).toEqual([3, 3]);
    expect(value).toBe(3);
    expect(parts['seen']).toBe(1);
    expect(parts['positive']).toBe(1 / 4);
  });

  test('a rule that gives no number is NOT_FINITE under the name of the loss', () => {
    const broken = defineContrastLoss({
      name: 'broken',
      summary: 'Say nothing.',
      form: () => ({ temperature: 1, similarity: 'cosine', rule: () => () => ({ value: Number.NaN }) }),
    });
    expect(() => broken().measure(exampleBatches()[0]!.batch)).toThrow('broken: expected a finite term for query 0, got NaN');
  });
});

describe('weights of queries', () => {
  const batch = pairs(normal(3, 3, 1), normal(3, 3, 2));
  const weighing = (...weights: number[]): ContrastBatch => ({ ...batch, queryWeights: Float64Array.from(weights) });

  test('all alike are none', () => {
    const [plain, weighted] = [batch, weighing(7, 7, 7)].map((each) => infoNce().differentiate(each));
    expect(weighted).toEqual(plain);
  });

  test('2 counts as the query twice', () => {
    const twice = features(Float64Array.from([...values(batch.queries), ...values(batch.queries).slice(6)]), 4, 3);
    const targets = sparseWeights([0, 1, 2, 2].map((column) => [[column, 1]]));
    const found = infoNce().differentiate(weighing(1, 1, 2));
    const expected = infoNce().differentiate({ ...batch, queries: twice, targets });
    expect(found.value).toBeCloseTo(expected.value, 12);
    expect(found.gradients.keys![0]!).toBeCloseToTensor(expected.gradients.keys![0]!, 1e-12);
    for (const name of ['positive', 'negative', 'top1', 'entropy'])
      expect(found.parts[name]).toBeCloseTo(expected.parts[name]!, 12);
  });

  test('a query of weight 0 has a value of its own, and no influence', () => {
    const { value, perQuery, gradients, parts } = infoNce().differentiate(weighing(0, 1, 0));
    expect(value).toBe(perQuery[1]);
    expect(perQuery.every(Number.isFinite)).toBe(true);
    expect([...values(gradients.queries!)].slice(0, 3)).toEqual([0, 0, 0]);
    expect(parts['queries']).toBe(3);
  });

  test('nothing but 0 is worth 0', () => {
    const { value, gradients } = infoNce().differentiate(weighing(0, 0, 0));
    expect(value).toBe(0);
    expect([...values(gradients.queries!), ...values(gradients.keys![0]!)].every((each) => each === 0)).toBe(true);
  });

  test('the largest there are neither overflow nor vanish', () => {
    const ordinary = infoNce().measure(weighing(1, 0.5, 1)).value;
    for (const most of [Number.MAX_VALUE, 1e-300]) {
      expect(infoNce().measure(weighing(most, most / 2, most)).value).toBeCloseTo(ordinary, 12);
    }
  });
});

describe('queries that see a few keys only', () => {
  const [n, k] = [6, 40];
  const seen = Array.from({ length: n }, (_, i) => [i, i + 7, 39 - i]);
  const others = seen.map((some) => Array.from({ length: k }, (_, j) => j).filter((j) => !some.includes(j)));
  const plain: ContrastBatch = { ...pairs(normal(n, 3, 1), normal(25, 3, 2)), keys: [normal(25, 3, 2), normal(15, 3, 3)] };
  const extras = { values: tensor(values(normal(n * 2, 3, 4)), [n, 2, 3]), counts: Int32Array.of(2, 1, 0, 2, 2, 1) };
  const few: ContrastBatch = { ...plain, extras, excluded: onlyColumns(seen) };
  const many: ContrastBatch = { ...plain, extras, excluded: sparseExclusion(others) };

  test('say the same as queries that are kept from the others', () => {
    for (const loss of [infoNce({ temperature: 0.5 }), infoNce({ positives: 'sum', similarity: 'dot', temperature: 1 })]) {
      const [one, other] = [few, many].map((batch) => loss.differentiate(batch));
      expect(one!.perQuery).toBeCloseToTensor(other!.perQuery, 1e-12);
      expect(one!.parts['negative']).toBeCloseTo(other!.parts['negative']!, 12);
      expect(one!.gradients.queries!).toBeCloseToTensor(other!.gradients.queries!, 1e-12);
      expect(one!.gradients.extras!).toBeCloseToTensor(other!.gradients.extras!, 1e-12);
      for (const b of [0, 1]) expect(one!.gradients.keys![b]!).toBeCloseToTensor(other!.gradients.keys![b]!, 1e-12);
    }
  });

  test('have correct gradients', () => {
    expect(infoNce({ temperature: 0.5 })).toHaveCorrectGradients(few);
  });

  test('are named where a row they see is no number', () => {
    const keys = features(values(plain.keys[0]!).slice(), 25, 3);
    keys.set(7, 0, Number.NaN);
    const batch: ContrastBatch = { ...few, keys: [keys, plain.keys[1]!] };
    expect(() => infoNce().measure(batch)).toThrow('expected a finite term for query 0, got NaN');
    const unseen = { ...batch, excluded: onlyColumns([[0], ...seen.slice(1)]) };
    expect(() => infoNce().measure(unseen)).not.toThrow();
  });

  test('cost what they see, not what there is: 3.6e9 comparisons, or columns to exclude, would not be made in time', () => {
    const n = 60_000;
    const x = normal(n, 2, 5);
    const columns = Array.from({ length: n }, (_, i) => (i + 1 < n ? [i, i + 1] : [0, i]));
    expect(infoNce().measure({ ...pairs(x, x), excluded: onlyColumns(columns) }).parts['negatives']).toBe(1);
  });
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function normal(n: number, d: number, seed: number): Features {
  const random = createRandom('contrast').fork(seed);
  return features(
    Float64Array.from({ length: n * d }, () => random.normal(0, 1)),
    n,
    d,
  );
}
