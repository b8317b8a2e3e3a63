import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { multiSimilarity } from '@viewforge/losses';
import { createRandom } from '@viewforge/random';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleBatches, gradientError, obeysLossLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { metrix } from './metrix.ts';
import type { MixedPairs } from './metrix-embedding.ts';

const gentle = { positiveScale: 3, negativeScale: 5, base: 0.3 };
obeysLossLaws(metrix({ form: 'contrastive', margin: 1.1 }));
obeysLossLaws(metrix({ form: 'multi-similarity', ...gentle }));

const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);
const first = (query: Features, keys: Features): ContrastBatch => ({ ...pairs(query, keys), targets: sparseWeights([[[0, 1]]]) });
const random = createRandom(11);
function mixed(n: number, s: number, d: number, ...counts: number[]): MixedPairs {
  const data = Float64Array.from({ length: n * s * d }, () => random.normal(0, 1));
  return {
    values: tensor(data, [n, s, d]),
    counts: Int32Array.from(counts),
    labels: Float32Array.from({ length: n * s }, () => random.uniform(0, 1)),
  };
}

test('distances of a positive, of a negative within the margin and of one beyond it', () => {
  const { value, parts } = metrix({ form: 'contrastive', margin: 1 }).measure(
    first(rows([1, 0]), rows([0.6, 0.8], [0.8, 0.6], [0, 1])),
  );
  expect(value).toBeCloseTo(Math.hypot(0.4, 0.8) + 1 - Math.hypot(0.2, 0.6), 12);
  expect(parts).toMatchObject({ positivePairs: 1, negativePairs: 2, mixedPairs: 0, queries: 1, mixed: 0 });
});

test('clean pairs alone are the multi-similarity loss', () => {
  for (const { batch } of exampleBatches()) {
    const found = metrix({ ...gentle, mixedWeight: 7 }).measure(batch);
    const expected = multiSimilarity({ ...gentle }).measure(batch);
    expect(found.value).toBeCloseTo(expected.value, 10);
    for (const [i, each] of found.perQuery.entries()) {
      if (Number.isNaN(expected.perQuery[i])) expect(each).toBeNaN();
      else expect(each).toBeCloseTo(expected.perQuery[i]!, 10);
    }
  }
});

test('mixed rows count as positives by their labels and as negatives by the rest, taken as they are', () => {
  const batch = {
    ...first(rows([3, 0]), rows([1, 0])),
    positives: {
      values: tensor(Float64Array.of(0.5, 0, 0, 2), [1, 2, 2]),
      counts: Int32Array.of(2),
      labels: Float32Array.of(0.25, 1),
    },
  }; // prettier-ignore
  const { value, parts } = metrix({ form: 'contrastive', margin: 1, mixedWeight: 0.4 }).measure(batch);
  const term = 0.25 * 0.5 + 0.75 * 0.5 + Math.hypot(1, 2);
  expect(parts['mixed']).toBeCloseTo(term, 12);
  expect(value).toBeCloseTo(0.4 * term, 12);
});

test.each(['contrastive', 'multi-similarity'] as const)('%s: gradients of all rows agree with central differences', (form) => {
  const { batch } = exampleBatches()[3]!; // dense targets and extras
  const positives = mixed(3, 3, 5, 3, 0, 2);
  const loss = metrix({ form, margin: 1.3, ...gentle, mixedWeight: 0.7 });
  const { gradients } = loss.differentiate({ ...batch, positives });
  const measure = ([queries, keys, extras, rowsMixed]: readonly Features[]) =>
    loss.measure({
      ...batch,
      ...{
        queries: queries!,
        keys: [keys!],
        extras: { ...batch.extras!, values: extras! },
        positives: { ...positives, values: rowsMixed! },
      },
    }).value;
  const inputs = [batch.queries, ...batch.keys, batch.extras!.values, positives.values];
  const found = [gradients.queries, ...gradients.keys!, gradients.extras, gradients.positives];
  expect(gradientError(measure, inputs, found).worst).toBeLessThan(1e-7);
  expect([...values(gradients.positives!)].slice(15, 30)).toEqual(new Array(15).fill(0)); // none of the second query count
});

test('scales of any size overflow nothing', () => {
  const batch = { ...first(rows([1, 0]), rows([-1, 0], [1, 0])), positives: mixed(1, 2, 2, 2) };
  const { value, gradients } = metrix({ positiveScale: 1e5, negativeScale: 1e5 }).differentiate(batch);
  expect(value).toBeGreaterThan(1);
  for (const each of [...values(gradients.queries!), ...values(gradients.positives!)]) expect(Number.isFinite(each)).toBe(true);
});

test.each([
  ['mixed rows with labels', { values: tensor(new Float64Array(2), [1, 1, 2]), counts: Int32Array.of(1) }],
  [
    'mixed rows of [1, s, 2], got [1,1,3]',
    { values: tensor(new Float64Array(3), [1, 1, 3]), counts: Int32Array.of(1), labels: new Float32Array(1) },
  ],
  [
    'labels of [1, 1], got 2',
    { values: tensor(new Float64Array(2), [1, 1, 2]), counts: Int32Array.of(1), labels: new Float32Array(2) },
  ],
  [
    'counts of mixed rows in 0..1',
    { values: tensor(new Float64Array(2), [1, 1, 2]), counts: Int32Array.of(2), labels: new Float32Array(1) },
  ],
  [
    'labels in [0, 1], got 2',
    { values: tensor(new Float64Array(2), [1, 1, 2]), counts: Int32Array.of(1), labels: Float32Array.of(2) },
  ],
  [
    'a finite term for query 0',
    { values: tensor(Float64Array.of(Number.NaN, 0), [1, 1, 2]), counts: Int32Array.of(1), labels: Float32Array.of(1) },
  ],
])('refused: %s', (message, positives) => {
  expect(() => metrix({ form: 'contrastive' }).measure({ ...first(rows([1, 0]), rows([0, 1])), positives })).toThrow(message);
});
