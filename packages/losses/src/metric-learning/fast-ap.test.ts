import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { obeysLossLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { fastAp } from './fast-ap.ts';

obeysLossLaws(fastAp());
obeysLossLaws(fastAp({ bins: 3 }));

/** Rows at squared distances from (1, 0): 2 - 2 cos. */
const at = (...squared: number[]): Features =>
  features(Float64Array.from(squared.flatMap((each) => [1 - each / 2, Math.sqrt(1 - (1 - each / 2) ** 2)])), squared.length, 2);
const ranked = (keys: Features, positives: readonly number[]): ContrastBatch => ({
  ...pairs(at(0), keys),
  targets: sparseWeights([positives.map((column) => [column, 1 / positives.length])]),
});

test('all positives first is worth 0', () => {
  expect(fastAp().measure(ranked(at(0.4, 0.5, 1.6, 3.2), [0, 1])).value).toBeCloseTo(0, 12);
});

test('a positive behind three negatives has a precision of a quarter', () => {
  expect(fastAp().measure(ranked(at(0.4, 0.8, 1.2, 2.8), [3])).value).toBeCloseTo(3 / 4, 12);
});

test('positives first and third of three: 1 - (1 + 2/3) / 2', () => {
  expect(fastAp().measure(ranked(at(0.4, 1.2, 2.8), [0, 2])).value).toBeCloseTo(1 - (1 + 2 / 3) / 2, 12);
});

test('in one bin nothing is ranked: every column counts in both ends by its distance', () => {
  // shares 1/4 and 3/4 in the upper end: h = (3/4, 1/4), all (1, 1); precision = 3/4 * 3/4 / 1 + 1/4 * 1 / 2
  expect(fastAp({ bins: 1 }).measure(ranked(at(1, 3), [0])).value).toBeCloseTo(1 - (9 / 16 + 1 / 8), 12);
});

test('a negative at the distance of the positive takes half', () => {
  expect(fastAp().measure(ranked(at(1.2, 1.2), [0])).value).toBeCloseTo(1 / 2, 12);
});
