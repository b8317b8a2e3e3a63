import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { matchers, obeysLossLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { lifted } from './lifted.ts';

expect.extend(matchers);
obeysLossLaws(lifted());
obeysLossLaws(lifted({ distance: 'inner-product', positiveMargin: 1, negativeMargin: 0 }));

const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);
const query = (keys: Features, positives: readonly number[]): ContrastBatch => ({
  ...pairs(rows([0]), keys),
  targets: sparseWeights([positives.map((column) => [column, 1 / positives.length])]),
});

test('of one positive and one negative it is a triplet', () => {
  const found = lifted({ rows: 'raw', negativeMargin: 0.5 }).differentiate(query(rows([1], [1.2]), [0]));
  expect(found).toMatchLoss({ value: 0.3, queries: [-1 + 1], keys: [[1, -1]] }, 1e-12);
});

test('two positives as far as each other add ln 2, and so do negatives', () => {
  const { value } = lifted({ rows: 'raw' }).measure(query(rows([1], [-1], [2], [-2]), [0, 1]));
  expect(value).toBeCloseTo(1 + Math.LN2 + (1 - 2 + Math.LN2), 12);
});

test('with cosines, margins are taken the other way round', () => {
  // cosines 0.6 and -1: (1 - 0.6) + (-1 - 0) < 0, while 0.8 in the place of -1 gives 1.2
  const loss = lifted({ distance: 'inner-product', positiveMargin: 1, negativeMargin: 0 });
  const at = (negative: number[]) => ({ ...pairs(rows([1, 0]), rows([0.6, 0.8], negative)), targets: sparseWeights([[[0, 1]]]) });
  expect(loss.measure(at([-1, 0])).value).toBe(0);
  expect(loss.measure(at([0.8, 0.6])).value).toBeCloseTo(1.2, 12);
});

test('exactly at 0 it is in place', () => {
  const found = lifted({ rows: 'raw', negativeMargin: 1 }).differentiate(query(rows([1], [2]), [0]));
  expect(found).toMatchLoss({ value: 0, queries: [0], keys: [[0, 0]] }, 0);
});
