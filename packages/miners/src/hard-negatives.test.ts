import { type ContrastBatch, onlyColumns, pairs, sparseWeights } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { features } from '@viewforge/tensor';
import { exampleBatches } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { cosinesOf } from './distances.ts';
import { hardNegatives } from './hard-negatives.ts';
import { sidesOf } from './sides.ts';

const now = { epoch: 0, step: 0, fraction: 0 };
type Options = Parameters<typeof hardNegatives>[0];

/** A query (1, 0) and keys at these cosines to it; the first `positives` of them are positives. */
function at(cosines: readonly number[], positives = 1): ContrastBatch {
  const keys = Float64Array.from(cosines.flatMap((cosine) => [cosine, Math.sqrt(1 - cosine ** 2)]));
  const targets = sparseWeights([Array.from({ length: positives }, (_, column) => [column, 1 / positives] as const)]);
  return { ...pairs(features(Float64Array.of(1, 0), 1, 2), features(keys, cosines.length, 2)), targets };
}

function negativesOf(batch: ContrastBatch, options: Options, seed = 0, row = 0): readonly number[] {
  const miner = hardNegatives(options);
  return sidesOf(miner.apply(batch, miner.draw(batch, createRandom(seed), now)))(row).negatives;
}

describe('a positive at 0.8 and negatives at 0.9, 0.78, 0.6, 0.75, 0.1 and -0.5', () => {
  const batch = at([0.8, 0.9, 0.78, 0.6, 0.75, 0.1, -0.5]);
  test.each<[string, Options, number[]]>([
    ['all', { marginKind: 'none' }, [1, 2, 3, 4, 5, 6]],
    ['below the positive', { marginKind: 'absolute', margin: 0 }, [2, 3, 4, 5, 6]],
    ['0.1 below the positive', { marginKind: 'absolute', margin: 0.1 }, [3, 5, 6]],
    ['up to 0.2 above it', { marginKind: 'absolute', margin: -0.2 }, [1, 2, 3, 4, 5, 6]],
    ['below 95 % of the positive, 0.76', {}, [3, 4, 5, 6]],
    ['below 90 % of it, 0.72', { margin: 0.1 }, [3, 5, 6]],
    ['at most 0.5', { marginKind: 'none', maxScore: 0.5 }, [5, 6]],
    ['the two hardest of them', { count: 2 }, [3, 4]],
    ['ranks 1 to 3', { marginKind: 'none', rankRange: [1, 4] }, [2, 3, 4]],
    ['ranks count before margins', { rankRange: [0, 3] }, [4]],
    ['no rank', { rankRange: [2, 2] }, []],
    ['ranks that nobody has', { rankRange: [6, 90] }, []],
    ['none', { count: 0 }, []],
  ])('%s', (_, options, expected) => expect(negativesOf(batch, options)).toEqual(expected));
});

test('a share of a negative score lies below it: 90 % of -0.5 is -0.55', () => {
  const batch = at([-0.5, -0.45, -0.52, -0.54, -0.56, -0.9]);
  expect(negativesOf(batch, { margin: 0.1 })).toEqual([4, 5]);
});

test('of several positives the lowest sets the limit, and all of them stay', () => {
  const batch = at([0.9, 0.5, 0.7, 0.45, 0.4], 2);
  const miner = hardNegatives();
  const left = miner.apply(batch, miner.draw(batch, createRandom(0), now));
  expect(sidesOf(left)(0)).toEqual({ positives: [0, 1], negatives: [3, 4] });
});

test('a query without a positive has no limit', () => {
  for (const marginKind of ['none', 'absolute', 'relative'] as const) {
    expect(negativesOf({ ...at([0.9, 0.5]), targets: sparseWeights([[]]) }, { marginKind })).toEqual([0, 1]);
  }
});

test('a negative that is the positive once more is not below it', () => {
  const random = createRandom('twice');
  const row = Array.from({ length: 7 }, () => random.normal(0, 1));
  const queries = features(
    Float64Array.from({ length: 14 }, () => random.normal(0, 1)),
    2,
    7,
  );
  const keys = features(Float64Array.from([...row, ...row.map((value) => 3 * value), ...row, ...row]), 4, 7);
  const batch = { ...pairs(queries, keys), targets: sparseWeights([[[0, 1]], [[2, 1]]]) };
  for (const queryRow of [0, 1]) {
    const found = negativesOf(batch, { marginKind: 'absolute', margin: 0 }, 0, queryRow);
    expect(found.filter((column) => column !== 1)).toEqual([]); // the scaled copy may differ in the last bit
  }
});

test('a negative with exactly the largest score allowed stays', () => {
  expect(negativesOf(at([0.8, 1, 0.2]), { marginKind: 'none' })).toEqual([1, 2]);
  expect(negativesOf(at([0.8, 1, 0, -1]), { marginKind: 'none', maxScore: 0 })).toEqual([2, 3]);
});

test('of equal negatives the first are taken', () => {
  expect(negativesOf(at([0.9, 0.3, 0.3, 0.3, 0.3]), { count: 2 })).toEqual([1, 2]);
});

test('random ones are of those that may stay, each as often, and others for another seed', () => {
  const batch = at([0.8, 0.9, 0.7, 0.6, 0.5, 0.4]);
  const tally = new Map<number, number>();
  for (let seed = 0; seed < 600; seed++) {
    const found = negativesOf(batch, { choose: 'random', count: 2 }, seed);
    expect(found).toHaveLength(2);
    for (const column of found) tally.set(column, (tally.get(column) ?? 0) + 1);
  }
  expect([...tally.keys()].sort()).toEqual([2, 3, 4, 5]);
  // 600 draws of 2 of 4: within five deviations of 300
  for (const times of tally.values()) expect(Math.abs(times - 300)).toBeLessThan(5 * Math.sqrt(600 * 0.25));
});

test.each([0, 1, 2])('is what sorting all negatives gives (example batches %d)', (seed) => {
  for (const { batch } of exampleBatches(seed)) {
    for (let row = 0; row < batch.queries.shape[0]!; row++) {
      const { positives, negatives } = sidesOf(batch)(row);
      const scores = cosinesOf(batch, 'here')(row);
      const lowest = Math.min(...positives.map((column) => scores[column]!));
      const ranked = [...negatives].sort((a, b) => scores[b]! - scores[a]! || a - b).slice(1, 4);
      const expected = ranked.filter((column) => scores[column]! < lowest - 0.1).slice(0, 2);
      const options = { rankRange: [1, 4], count: 2, marginKind: 'absolute', margin: 0.1 } as const;
      expect(negativesOf(batch, options, 0, row)).toEqual([...expected].sort((a, b) => a - b));
    }
  }
});

test('a queue of thousands, in blocks and seen in part', () => {
  const random = createRandom('queue');
  const normal = (n: number) =>
    features(
      Float32Array.from({ length: n * 8 }, () => random.normal(0, 1)),
      n,
      8,
    );
  const batch: ContrastBatch = { ...pairs(normal(6), normal(6)) };
  const queued = { ...batch, keys: [...batch.keys, normal(3000), normal(1000)] };
  const seen = Array.from({ length: 6 }, (_, row) => [row, ...Array.from({ length: 500 }, (_, i) => 6 + 8 * i + row)]);
  const found = negativesOf({ ...queued, excluded: onlyColumns(seen) }, { marginKind: 'none', count: 5 }, 0, 3);
  const scores = cosinesOf(queued, 'here')(3);
  const expected = seen[3]!
    .slice(1)
    .sort((a, b) => scores[b]! - scores[a]!)
    .slice(0, 5);
  expect(found).toEqual(expected.sort((a, b) => a - b));
});
