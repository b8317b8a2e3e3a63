import { type ContrastBatch, type Extras, pairs } from '@viewforge/core';
import { infoNce, multiSimilarity } from '@viewforge/losses';
import { createRandom } from '@viewforge/random';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleBatches, gradientError, obeysLossLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { addPositives } from './add-positives.ts';
import { withPositives } from './with-positives.ts';

obeysLossLaws(withPositives({ temperature: 0.5 }));

const random = createRandom(6);
const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);
const extras = (n: number, s: number, d: number, ...counts: number[]): Extras => ({
  values: tensor(
    Float64Array.from({ length: n * s * d }, () => random.normal(0, 1)),
    [n, s, d],
  ),
  counts: Int32Array.from(counts),
});

test('InfoNCE less the mean similarity of positives that count, over the temperature', () => {
  const batch = pairs(rows([2, 0], [0, 1]), rows([1, 1], [0, 3]));
  const positives = { values: tensor(Float64Array.of(0.6, 0.8, 9, 9, 1, 0, 0, 5), [2, 2, 2]), counts: Int32Array.of(1, 2) };
  const { value, perQuery, parts } = withPositives({ temperature: 0.5, weight: 2 }).measure({ ...batch, positives });
  const term = (-2 * (0.6 + 0 + 1)) / 0.5 / (3 + 1e-8);
  expect(value).toBeCloseTo(infoNce({ temperature: 0.5 }).measure(batch).value + term, 12);
  expect(perQuery).toHaveLength(0);
  expect(parts).toMatchObject({ syntheticPositives: 3, syntheticTerm: expect.closeTo(term, 12) });
  expect(parts['syntheticSimilarity']).toBeCloseTo(1.6 / 3, 12);
});

test('without positives, or with none that count, it is InfoNCE', () => {
  const { batch } = exampleBatches()[0]!;
  const plain = infoNce().differentiate(batch);
  expect(withPositives().differentiate(batch)).toEqual(plain);
  const none = withPositives().differentiate({ ...batch, positives: extras(5, 2, 4, 0, 0, 0, 0, 0) });
  expect(none.value).toBe(plain.value);
  expect(values(none.gradients.queries!)).toEqual(values(plain.gradients.queries!));
  expect(none.parts['syntheticSimilarity']).toBeNaN();
});

test.each(['cosine', 'dot'] as const)(
  'gradients for queries agree with central differences, by %s; positives have none',
  (similarity) => {
    const { batch } = exampleBatches()[5]!; // weighted queries
    const positives = extras(4, 3, 4, 3, 0, 2, 1);
    const loss = withPositives({ temperature: 0.6, similarity, weight: 1.5 });
    const measure = ([queries]: readonly Features[]) => loss.measure({ ...batch, queries: queries!, positives }).value;
    const { gradients } = loss.differentiate({ ...batch, positives });
    expect(gradientError(measure, [batch.queries], [gradients.queries]).worst).toBeLessThan(1e-7);
    expect(gradients.positives).toBeUndefined();
  },
);

test('queries count by their weights in the term, too', () => {
  const batch: ContrastBatch = { ...pairs(rows([1, 0], [1, 0]), rows([1, 0], [1, 0])), queryWeights: Float64Array.of(3, 1) };
  const positives = { values: tensor(Float64Array.of(1, 0, 0, 1), [2, 1, 2]), counts: Int32Array.of(1, 1) };
  const { parts } = withPositives({ temperature: 1 }).measure({ ...batch, positives });
  expect(parts['syntheticTerm']).toBeCloseTo(-3 / 4, 7);
});

test('any loss can take positives', () => {
  const loss = addPositives(multiSimilarity(), { weight: 1, temperature: 1, similarity: 'cosine' });
  const batch = pairs(rows([1, 0]), rows([0, 1]));
  const positives = { values: tensor(Float64Array.of(1, 0), [1, 1, 2]), counts: Int32Array.of(1) };
  expect(loss.measure({ ...batch, positives }).value).toBeCloseTo(multiSimilarity().measure(batch).value - 1, 7);
});

test.each([
  ['positives of [2, s, 2], got [1,1,4]', { values: tensor(new Float64Array(4), [1, 1, 4]), counts: Int32Array.of(1, 1) }],
  ['2 counts of positives, got 1', { values: tensor(new Float64Array(4), [2, 1, 2]), counts: Int32Array.of(1) }],
  ['counts of positives in 0..1, got 2', { values: tensor(new Float64Array(4), [2, 1, 2]), counts: Int32Array.of(1, 2) }],
  ['a finite term', { values: tensor(new Float64Array(4).fill(Number.NaN), [2, 1, 2]), counts: Int32Array.of(1, 1) }],
  [
    'mixed pairs; use metrix',
    { values: tensor(new Float64Array(4), [2, 1, 2]), counts: Int32Array.of(1, 1), labels: new Float32Array(2) },
  ],
])('refused: %s', (message, positives) => {
  const batch = pairs(rows([1, 0], [0, 1]), rows([1, 0], [0, 1]));
  expect(() => withPositives().measure({ ...batch, positives })).toThrow(message);
});

test('the model of InfoNCE serves batches without positives only', () => {
  const single = features(Float32Array.of(1, 0, 0, 1), 2, 2);
  const batch = pairs(single, single);
  expect(withPositives().graph!.plan(batch)).toBeDefined();
  expect(withPositives().graph!.plan({ ...batch, positives: extras(2, 1, 2, 1, 1) })).toBeUndefined();
});
