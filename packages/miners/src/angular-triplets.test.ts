import { pairs, sparseWeights } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { features } from '@viewforge/tensor';
import { exampleBatches } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { angularTriplets } from './angular-triplets.ts';
import { checkedRows } from './distances.ts';
import { sidesOf } from './sides.ts';

const now = { epoch: 0, step: 0, fraction: 0 };

test.each([
  [26.5, 1],
  [26.6, 0],
])(
  'a positive pair of length 2 is seen from 2 beside its middle under atan(1/2) = 26.565 degrees: limit %d leaves %d',
  (angle, count) => {
    // query (-1, 0), positive (1, 0), negative (0, 2): |a - p| / (2 |n - c|) = 2 / 4
    const batch = {
      ...pairs(features(Float64Array.of(-1, 0), 1, 2), features(Float64Array.of(1, 0, 0, 2), 2, 2)),
      targets: sparseWeights([[[0, 1]]]),
    };
    expect(angularTriplets().apply(batch, { angle, rows: 'raw' }).triplets!.queries).toHaveLength(count);
  },
);

test('a positive equal to its query has no angle, a negative in the middle one of 90 degrees', () => {
  const batch = {
    ...pairs(features(Float64Array.of(1, 0), 1, 2), features(Float64Array.of(1, 0, 3, 0, 1, 0, 2, 0), 4, 2)),
    targets: sparseWeights([
      [
        [0, 0.5],
        [1, 0.5],
      ],
    ]),
  };
  const at = (angle: number) => angularTriplets().apply(batch, { angle, rows: 'raw' }).triplets!;
  expect([...at(0).positives]).toEqual([1, 1]);
  expect(at(89.9)).toEqual({ queries: Int32Array.of(0), positives: Int32Array.of(1), negatives: Int32Array.of(3) });
});

test.each(['unit', 'raw'] as const)('triplets are those of the definition (%s rows)', (rows) => {
  let count = 0;
  for (const { batch } of exampleBatches(5)) {
    const miner = angularTriplets({ rows, angle: 30 });
    const { queries, positives, negatives } = miner.apply(batch, miner.draw(batch, createRandom(0), now)).triplets!;
    const found = [...queries].map((query, e) => [query, positives[e]!, negatives[e]!]);
    const compared = checkedRows(batch, rows === 'raw' ? 'dot' : 'cosine', 'here');
    const keys = compared.keys.flatMap(({ data, n, d }) =>
      Array.from({ length: n }, (_, key) => [...data.subarray(key * d, key * d + d)]),
    );
    const { data, d } = compared.queries;
    const expected: number[][] = [];
    for (let row = 0; row < batch.queries.shape[0]!; row++) {
      const a = [...data.subarray(row * d, row * d + d)];
      const sides = sidesOf(batch)(row);
      for (const positive of sides.positives) {
        for (const negative of sides.negatives) {
          const [p, n] = [keys[positive]!, keys[negative]!];
          const apart = Math.hypot(...a.map((value, e) => value - p[e]!));
          const beside = Math.hypot(...a.map((value, e) => n[e]! - (value + p[e]!) / 2));
          if (Math.atan(apart / (2 * beside)) > Math.PI / 6) expected.push([row, positive, negative]);
        }
      }
    }
    expect(found).toEqual(expected);
    count += found.length;
  }
  expect(count).toBeGreaterThan(10);
});
