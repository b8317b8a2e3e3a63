import { pairs, sparseWeights } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { features } from '@viewforge/tensor';
import { exampleBatches } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { cosinesOf } from './distances.ts';
import { multiSimilarityPairs } from './multi-similarity-pairs.ts';
import { sidesOf } from './sides.ts';

test('positives at cosine 0.9 and 0.5, negatives at 0.6, 0.45 and 0.2, margin 0.1: 0.5, 0.6 and 0.45 are left', () => {
  const keys = [0.9, 0.5, 0.6, 0.45, 0.2].flatMap((cosine) => [cosine, Math.sqrt(1 - cosine ** 2)]);
  const targets = sparseWeights([
    [
      [0, 0.5],
      [1, 0.5],
    ],
  ]);
  const batch = { ...pairs(features(Float64Array.of(1, 0), 1, 2), features(Float64Array.from(keys), 5, 2)), targets };
  expect(sidesOf(multiSimilarityPairs().apply(batch, { margin: 0.1 }))(0)).toEqual({ positives: [1], negatives: [2, 3] });
});

test.each([
  [1, [], []],
  [1.01, [0], [1]],
])('a positive at cosine 1 and a negative at 0 are at the margin of %d', (margin, positives, negatives) => {
  const batch = pairs(features(Float64Array.of(1), 1, 1), features(Float64Array.of(1, 0), 2, 1));
  expect(sidesOf(multiSimilarityPairs().apply(batch, { margin }))(0)).toEqual({ positives, negatives });
});

test('every positive left is below some negative by the margin, and the other way round; none else is', () => {
  for (const { batch } of exampleBatches(3)) {
    const margin = 0.25;
    const miner = multiSimilarityPairs({ margin });
    const left = miner.apply(batch, miner.draw(batch, createRandom(0), { epoch: 0, step: 0, fraction: 0 }));
    const [before, after] = [sidesOf(batch), sidesOf(left)];
    for (let row = 0; row < batch.queries.shape[0]!; row++) {
      const [{ positives, negatives }, scores] = [before(row), cosinesOf(batch, 'here')(row)];
      expect(after(row)).toEqual({
        positives: positives.filter((p) => negatives.some((n) => scores[p]! - margin < scores[n]!)),
        negatives: negatives.filter((n) => positives.some((p) => scores[n]! + margin > scores[p]!)),
      });
    }
  }
});
