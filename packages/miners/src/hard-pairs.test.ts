import { pairs, sparseWeights } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { features } from '@viewforge/tensor';
import { exampleBatches } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { distancesOf } from './distances.ts';
import { hardPairs } from './hard-pairs.ts';
import { sidesOf } from './sides.ts';

const how = { distance: 'euclidean', rows: 'raw' } as const;

test('half of four positives at 1, 4, 2 and 3 of two queries are those at 4 and 3', () => {
  const batch = {
    ...pairs(features(Float64Array.of(0, 0), 2, 1), features(Float64Array.of(1, 4, 2, 3), 4, 1)),
    targets: sparseWeights([
      [
        [0, 0.5],
        [1, 0.5],
      ],
      [
        [2, 0.5],
        [3, 0.5],
      ],
    ]),
  };
  const left = sidesOf(hardPairs().apply(batch, { share: 0.5, ...how }));
  expect([left(0), left(1)]).toEqual([
    { positives: [1], negatives: [2] }, // negatives at 2, 3 and 1, 4: the two nearest
    { positives: [3], negatives: [0] },
  ]);
});

test('of equally hard pairs those of the first queries and columns are left', () => {
  const one = features(new Float64Array(5).fill(1), 5, 1);
  const left = sidesOf(hardPairs().apply(pairs(features(new Float64Array(2), 2, 1), one), { share: 0.75, ...how }));
  // 0.75 of 2 positives and of 8 negatives
  expect([left(0), left(1)]).toEqual([
    { positives: [0], negatives: [1, 2, 3, 4] },
    { positives: [], negatives: [0, 2] },
  ]);
});

test.each([0, 0.2, 0.5, 0.9, 1])('share %d: no pair that is left out is harder than one that is left', (share) => {
  for (const { batch } of exampleBatches(8)) {
    const miner = hardPairs({ share });
    const left = miner.apply(batch, miner.draw(batch, createRandom(0), { epoch: 0, step: 0, fraction: 0 }));
    const distances = distancesOf(batch, { distance: 'euclidean', rows: 'unit' }, 'here');
    for (const [kind, sign] of [
      ['positives', -1],
      ['negatives', 1],
    ] as const) {
      const [kept, gone]: [number[], number[]] = [[], []];
      for (let row = 0; row < batch.queries.shape[0]!; row++) {
        const own = new Set(sidesOf(left)(row)[kind]);
        const away = distances(row);
        for (const column of sidesOf(batch)(row)[kind]) (own.has(column) ? kept : gone).push(sign * away[column]!);
      }
      expect(kept).toHaveLength(Math.floor(share * (kept.length + gone.length)));
      expect(Math.max(...kept)).toBeLessThanOrEqual(Math.min(...gone));
    }
  }
});
