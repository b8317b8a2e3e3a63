import { pairs, sparseWeights } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { features } from '@viewforge/tensor';
import { exampleBatches } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { batchHard } from './batch-hard.ts';
import { distancesOf } from './distances.ts';
import { sidesOf } from './sides.ts';

const now = { epoch: 0, step: 0, fraction: 0 };

test('a query at 0 with positives at 10 and 30 and negatives at 20, 40 and 60 degrees keeps 30 and 20', () => {
  const at = (degrees: readonly number[]) =>
    features(
      Float64Array.from(degrees.flatMap((each) => [Math.cos((each * Math.PI) / 180), Math.sin((each * Math.PI) / 180)])),
      degrees.length,
      2,
    );
  const targets = sparseWeights([
    [
      [1, 0.5],
      [3, 0.5],
    ],
  ]);
  const left = batchHard().apply(
    { ...pairs(at([0]), at([40, 10, 20, 30, 60])), targets },
    { distance: 'euclidean', rows: 'unit' },
  );
  expect(left.triplets).toEqual({ queries: Int32Array.of(0), positives: Int32Array.of(3), negatives: Int32Array.of(2) });
  expect(left.targets).toEqual(sparseWeights([[[3, 1]]]));
});

test('of equal distances the first column is chosen', () => {
  const one = features(new Float64Array(5 * 3).fill(1), 5, 3);
  const targets = sparseWeights([
    [
      [1, 0.5],
      [3, 0.5],
    ],
  ]);
  const batch = { ...pairs(features(new Float64Array(3).fill(1), 1, 3), one), targets };
  const left = batchHard().apply(batch, { distance: 'euclidean', rows: 'unit' });
  expect([left.triplets!.positives[0], left.triplets!.negatives[0]]).toEqual([1, 0]);
});

test.each(['euclidean', 'squared-euclidean', 'cosine'] as const)(
  'no positive is farther and no negative nearer (%s)',
  (distance) => {
    for (const seed of [0, 1, 2, 3]) {
      for (const { batch } of exampleBatches(seed)) {
        const miner = batchHard({ distance });
        const { queries, positives, negatives } = miner.apply(batch, miner.draw(batch, createRandom(0), now)).triplets!;
        const sides = sidesOf(batch);
        const chosen = new Map([...queries].map((query, e) => [query, [positives[e]!, negatives[e]!] as const]));
        for (let row = 0; row < batch.queries.shape[0]!; row++) {
          const ofRow = sides(row);
          const away = distancesOf(batch, { distance, rows: 'unit' }, 'here')(row);
          const has = ofRow.positives.length > 0 && ofRow.negatives.length > 0;
          expect(chosen.has(row)).toBe(has);
          if (!has) continue;
          const [positive, negative] = chosen.get(row)!;
          expect(away[positive]).toBe(Math.max(...ofRow.positives.map((column) => away[column]!)));
          expect(away[negative]).toBe(Math.min(...ofRow.negatives.map((column) => away[column]!)));
        }
      }
    }
  },
);
