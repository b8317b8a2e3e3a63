import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Features, features, values } from '@viewforge/tensor';
import { exampleBatches } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { distanceWeighted } from './distance-weighted.ts';
import { distanceWeights } from './distance-weights.ts';
import { sidesOf } from './sides.ts';

const now = { epoch: 0, step: 0, fraction: 0 };
const window = { nearest: 0.5, farthest: 1.4 };

function normal(n: number, d: number): Features {
  const random = createRandom('weighted');
  return features(
    Float64Array.from({ length: n * d }, () => random.normal(0.4, 1)),
    n,
    d,
  );
}

function tripletsOf(batch: ContrastBatch, seed: number): number[][] {
  const miner = distanceWeighted();
  const { queries, positives, negatives } = miner.apply(batch, miner.draw(batch, createRandom(seed), now)).triplets!;
  return [...queries].map((query, e) => [query, positives[e]!, negatives[e]!]);
}

test('every positive of a query that has negatives to draw from gets one of them', () => {
  for (const { batch } of exampleBatches(2)) {
    const weights = distanceWeights(batch, window);
    const expected: number[][] = [];
    for (let row = 0; row < batch.queries.shape[0]!; row++) {
      const { positives, negatives } = sidesOf(batch)(row);
      if (negatives.some((column) => weights.get(row, column) > 0))
        for (const positive of positives) expected.push([row, positive]);
    }
    const found = tripletsOf(batch, 1);
    expect(found.map(([row, positive]) => [row, positive])).toEqual(expected);
    for (const [row, , negative] of found) expect(weights.get(row!, negative!)).toBeGreaterThan(0);
  }
});

test('negatives are drawn as often as they weigh', () => {
  const [queries, keys] = [normal(1, 4), normal(12, 4)];
  const positives = [0, 1, 2, 3].map((column) => [column, 0.25] as const);
  const batch = { ...pairs(queries, keys), targets: sparseWeights([positives]) };
  const weights = values(distanceWeights(batch, window));
  const counts = new Float64Array(12);
  const rounds = 500;
  for (let seed = 0; seed < rounds; seed++) for (const [, , negative] of tripletsOf(batch, seed)) counts[negative!]!++;
  const draws = 4 * rounds;
  weights.forEach((weight, column) => {
    // a binomial count within five deviations of its mean
    expect(Math.abs(counts[column]! - draws * weight)).toBeLessThanOrEqual(5 * Math.sqrt(draws * weight * (1 - weight)));
  });
  expect(counts.filter((count) => count > 0).length).toBeGreaterThan(2);
});

test('what one query draws does not depend on the others', () => {
  const [queries, keys] = [normal(6, 4), normal(20, 4)];
  const batch = pairs(queries, keys);
  const some = { ...batch, targets: sparseWeights([[], [], [], [[3, 1]], [], []]) };
  expect(tripletsOf(some, 7)).toEqual(tripletsOf(batch, 7).filter(([row]) => row === 3));
});
