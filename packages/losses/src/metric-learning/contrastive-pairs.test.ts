import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';
import { exampleBatches, matchers, obeysLossLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { contrastivePairs } from './contrastive-pairs.ts';

expect.extend(matchers);
const batches = exampleBatches();
obeysLossLaws(contrastivePairs(), batches);
obeysLossLaws(
  contrastivePairs({ penalty: 'linear', distance: 'manhattan', rows: 'raw', negativeMargin: 4, reduction: 'mean' }),
  batches,
);
obeysLossLaws(contrastivePairs({ distance: 'inner-product', positiveMargin: 1, negativeMargin: 0, reduction: 'sum' }), batches);
obeysLossLaws(contrastivePairs({ penalty: 'linear', distance: 'signal-to-noise' }), batches);

const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);
const query = (keys: Features, at = [0]): ContrastBatch => ({ ...pairs(rows(at), keys), targets: sparseWeights([[[0, 1]]]) });

test('0.3^2 + (0.75 - 0.2)^2, and nothing of what is beyond the margin', () => {
  const loss = contrastivePairs({ negativeMargin: 0.75, rows: 'raw', reduction: 'sum' });
  const found = loss.differentiate(query(rows([0.3], [0.2], [0.9])));
  expect(found).toMatchLoss({ value: 0.3925, queries: [-0.6 + 1.1], keys: [[0.6, -1.1, 0]] }, 1e-12);
});

test.each([
  ['nonzero', 0.3 + 0.55],
  ['mean', 0.3 + 0.55 / 2],
  ['sum', 0.3 + 0.55],
] as const)('linear penalties of each side, reduced to their %s', (reduction, expected) => {
  const loss = contrastivePairs({ penalty: 'linear', negativeMargin: 0.75, rows: 'raw', reduction });
  const { value, parts } = loss.measure(query(rows([0.3], [0.2], [0.9])));
  expect(value).toBeCloseTo(expected, 12);
  expect(parts).toMatchObject({ positivePairs: 1, negativePairs: 2, activePositives: 1, activeNegatives: 1 });
  expect([parts['positive'], parts['negative']]).toEqual([0.3, expect.closeTo(0.55, 12)]);
});

test('cosines above the positive margin and below the negative one are in place', () => {
  const loss = contrastivePairs({ penalty: 'linear', distance: 'inner-product', positiveMargin: 0.9, negativeMargin: 0.1 });
  // cosines 0.6 of the positive, 0.8 and -1 of negatives
  const { value } = loss.measure(query(rows([3, 4], [4, 3], [-1, 0]), [2, 0]));
  expect(value).toBeCloseTo(0.9 - 0.6 + (0.8 - 0.1), 12);
});

test('pairs exactly at their margins are in place', () => {
  const loss = contrastivePairs({ penalty: 'linear', positiveMargin: 0.5, negativeMargin: 2, rows: 'raw' });
  expect(loss.differentiate(query(rows([0.5], [2])))).toMatchLoss({ value: 0, queries: [0], keys: [[0, 0]] }, 0);
});

test('a query without a positive counts with its negatives', () => {
  const batch = { ...query(rows([0.25], [2])), targets: sparseWeights([[]]) };
  const { value, gradients } = contrastivePairs({ penalty: 'linear', rows: 'raw' }).differentiate(batch);
  expect(value).toBe(0.75);
  expect([...values(gradients.queries!)]).toEqual([1]);
});
