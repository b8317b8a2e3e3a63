import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { exampleBatches, matchers, obeysLossLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { margin } from './margin.ts';

expect.extend(matchers);
const batches = exampleBatches();
obeysLossLaws(margin(), batches);
obeysLossLaws(margin({ distance: 'inner-product', boundary: 0.3, regularization: 0.1 }), batches);

const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);
const query = (keys: Features): ContrastBatch => ({ ...pairs(rows([0]), keys), targets: sparseWeights([[[0, 1]]]) });

test('a positive at 1.5 and negatives at 1, 1.25 and 3, around 1.2', () => {
  const found = margin({ rows: 'raw' }).differentiate(query(rows([1.5], [1], [1.25], [3])));
  // three triplets: each holds the positive, 0.5 beyond 1; negatives are 0.4 and 0.15 within 1.4
  expect(found).toMatchLoss({ value: (3 * 0.5 + 0.4 + 0.15) / 5, keys: [[3 / 5, -1 / 5, -1 / 5, 0]] }, 1e-12);
  expect(found.parts).toMatchObject({ triplets: 3, activePositives: 3, activeNegatives: 2 });
});

test('the slope of the boundary is how the value changes with it', () => {
  const { batch } = batches[1]!;
  for (const distance of ['euclidean', 'inner-product'] as const) {
    const value = (boundary: number) => margin({ boundary, regularization: 0.3, distance }).measure(batch);
    const [below, at, above] = [0.9 - 1e-6, 0.9, 0.9 + 1e-6].map(value);
    expect(at!.parts['boundarySlope']).toBeCloseTo((above!.value - below!.value) / 2e-6, 6);
  }
});

test('only named triplets count', () => {
  const triplets = { queries: Int32Array.of(0), positives: Int32Array.of(0), negatives: Int32Array.of(2) };
  const { value } = margin({ rows: 'raw' }).measure({ ...query(rows([1.5], [1], [1.25], [3])), triplets });
  expect(value).toBeCloseTo((0.5 + 0.15) / 2, 12);
});

test('pairs exactly at their margins are in place, which leaves the boundary', () => {
  const found = margin({ margin: 0.5, boundary: 1, regularization: 0.1, rows: 'raw' }).differentiate(query(rows([0.5], [1.5])));
  expect(found).toMatchLoss({ value: 0.1, queries: [0], keys: [[0, 0]] }, 0);
  expect(found.parts['boundarySlope']).toBe(0.1);
});

test('without a triplet the boundary does not count', () => {
  expect(margin({ regularization: 1 }).measure(query(rows([1]))).value).toBe(0);
});
