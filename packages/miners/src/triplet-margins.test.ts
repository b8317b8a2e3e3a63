import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { features } from '@viewforge/tensor';
import { exampleBatches } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { distancesOf } from './distances.ts';
import { sidesOf } from './sides.ts';
import { tripletMargins } from './triplet-margins.ts';

const now = { epoch: 0, step: 0, fraction: 0 };

function tripletsOf(batch: ContrastBatch, options: Parameters<typeof tripletMargins>[0]): number[][] {
  const miner = tripletMargins(options);
  const { queries, positives, negatives } = miner.apply(batch, miner.draw(batch, createRandom(0), now)).triplets!;
  return [...queries].map((query, e) => [query, positives[e]!, negatives[e]!]);
}

/** A query at the origin and keys at these distances, compared as they are; the first is the positive. */
function line(...distances: number[]): ContrastBatch {
  const keys = features(Float64Array.from(distances.flatMap((distance) => [distance, 0])), distances.length, 2);
  return { ...pairs(features(Float64Array.of(0, 0), 1, 2), keys), targets: sparseWeights([[[0, 1]]]) };
}

test.each([
  ['all', [1, 2, 3, 4]],
  ['hard', [1, 2]],
  ['semihard', [3, 4]],
  ['easy', [5]],
] as const)(
  'negatives at 0.5, 1, 1.25, 1.5 and 2 beside a positive at 1 and a margin of 0.5: %s are %j',
  (triplets, negatives) => {
    const found = tripletsOf(line(1, 0.5, 1, 1.25, 1.5, 2), { triplets, margin: 0.5, rows: 'raw' });
    expect(found).toEqual(negatives.map((negative) => [0, 0, negative]));
  },
);

test.each(['all', 'hard', 'semihard', 'easy'] as const)(
  '%s of the example batches are those of the definition, in order',
  (triplets) => {
    let count = 0;
    for (const { batch } of exampleBatches(4)) {
      const expected: number[][] = [];
      for (let row = 0; row < batch.queries.shape[0]!; row++) {
        const { positives, negatives } = sidesOf(batch)(row);
        const away = distancesOf(batch, { distance: 'squared-euclidean', rows: 'unit' }, 'here')(row);
        for (const positive of positives) {
          for (const negative of negatives) {
            const farther = away[negative]! - away[positive]!;
            const kind = farther > 0.7 ? 'easy' : farther > 0 ? 'semihard' : 'hard';
            if (triplets === kind || (triplets === 'all' && kind !== 'easy')) expected.push([row, positive, negative]);
          }
        }
      }
      expect(tripletsOf(batch, { triplets, margin: 0.7, distance: 'squared-euclidean' })).toEqual(expected);
      count += expected.length;
    }
    expect(count).toBeGreaterThan(5);
  },
);

test('of given triplets those are left that are of the kind', () => {
  const batch = line(1, 0.5, 1, 1.25, 1.5, 2);
  const of = (...negatives: number[]) => ({
    queries: new Int32Array(negatives.length),
    positives: new Int32Array(negatives.length),
    negatives: Int32Array.from(negatives),
  });
  const given = { ...batch, triplets: of(4, 2, 5) };
  expect(tripletsOf(given, { triplets: 'all', margin: 0.5, rows: 'raw' })).toEqual([
    [0, 0, 2],
    [0, 0, 4],
  ]);
  const hidden = { ...given, excluded: { kind: 'sparse', offsets: Int32Array.of(0, 1), columns: Int32Array.of(4) } } as const;
  expect(tripletsOf(hidden, { triplets: 'all', margin: 0.5, rows: 'raw' })).toEqual([[0, 0, 2]]);
});
