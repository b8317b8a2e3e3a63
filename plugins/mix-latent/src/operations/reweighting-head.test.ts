import { features, values } from '@viewforge/tensor';
import { augmenterPullbackError, exampleFeatures, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { headWeights, reweightingHead } from './reweighting-head.ts';

obeysAugmenterLaws(reweightingHead, [exampleFeatures(), exampleFeatures(1, 1)]);

test('ones at kappa 1.1 become 1, 1/1.1 and 1/1.21', () => {
  const weighed = values(reweightingHead().apply(features(new Float64Array(3).fill(1), 1, 3), { kappa: 1.1 }));
  expect([...weighed].map((value) => value.toFixed(6))).toEqual(['1.000000', '0.909091', '0.826446']);
});

test('a kappa of 1 is the identity', () => {
  const rows = exampleFeatures();
  expect(values(reweightingHead().apply(rows, { kappa: 1 }))).toEqual(values(rows));
});

test('weights below 1e-12 are 0 and counted', () => {
  const { weights, flushed } = headWeights(20, 10);
  expect(flushed).toBe(7); // 10^-13 and on
  expect(weights[12]).toBeCloseTo(1e-12, 20);
  expect([...weights.subarray(13)]).toEqual(Array(7).fill(0));
  expect(headWeights(128, 1.1).flushed).toBe(0);
  expect(headWeights(300, 1.1).flushed).toBe(300 - 1 - Math.floor(Math.log(1e12) / Math.log(1.1)));
  expect(() => headWeights(3, 0.5)).toThrow('head-weights: expected a kappa >= 1, got 0.5');
});

test('gradients are weighed alike', () => {
  expect(augmenterPullbackError(reweightingHead(), exampleFeatures(3, 4), { kappa: 1.5 }).worst).toBeLessThan(1e-6);
});
