import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { exampleBatches, obeysLossLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { intraPairVariance } from './intra-pair-variance.ts';

const batches = exampleBatches();
obeysLossLaws(intraPairVariance(), batches);
obeysLossLaws(intraPairVariance({ positiveSlack: 0.3, negativeSlack: 0 }), batches);

const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);
const query = (keys: Features, positives: readonly number[]): ContrastBatch => ({
  ...pairs(rows([1, 0]), keys),
  targets: sparseWeights([positives.map((column) => [column, 1 / positives.length])]),
});
const keys = rows([1, 0], [0, 1], [0.6, 0.8], [-1, 0], [0.8, 0.6]); // cosines 1, 0, 0.6, -1, 0.8

test('positives of cosines 1 and 0: only the one below their mean counts', () => {
  const batch = {
    ...query(keys, [0, 1]),
    excluded: { kind: 'sparse' as const, offsets: Int32Array.of(0, 3), columns: Int32Array.of(2, 3, 4) },
  };
  expect(intraPairVariance({ positiveSlack: 0 }).measure(batch).value).toBeCloseTo(0.5 ** 2 / 2, 12);
  expect(intraPairVariance({ positiveSlack: 0.2 }).measure(batch).value).toBeCloseTo(0.4 ** 2 / 2, 12);
});

test('negatives count above their mean', () => {
  // negatives 0.6, -1, 0.8: mean 0.4 / 3; positives 1, 0
  const mean = 0.4 / 3;
  const { value, parts } = intraPairVariance({ positiveSlack: 0, negativeSlack: 0.5 }).measure(query(keys, [0, 1]));
  expect(value).toBeCloseTo(0.125 + ((0.6 - 1.5 * mean) ** 2 + (0.8 - 1.5 * mean) ** 2) / 3, 12);
  expect(parts).toMatchObject({ positivePairs: 2, negativePairs: 3, positive: 0.5, negative: expect.closeTo(mean, 12) });
});

test('the mean is over the batch: queries of unlike positives differ from it', () => {
  const batch = pairs(rows([1, 0], [0, 1]), rows([1, 0], [1, 0]));
  // positives 1 and 0, negatives 1 and 0
  expect(intraPairVariance({ positiveSlack: 0, negativeSlack: 0 }).measure(batch).value).toBeCloseTo(0.25, 12);
});
