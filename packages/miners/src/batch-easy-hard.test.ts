import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { features } from '@viewforge/tensor';
import { describe, expect, test } from 'vitest';
import { batchEasyHard } from './batch-easy-hard.ts';
import { distancesOf } from './distances.ts';
import { type Sides, sidesOf } from './sides.ts';

const now = { epoch: 0, step: 0, fraction: 0 };
const strategies = ['hard', 'semihard', 'easy', 'all'] as const;
type Strategy = (typeof strategies)[number];
const allowed = strategies.flatMap((positives) =>
  strategies
    .filter((negatives) => {
      const both = [positives, negatives];
      return !both.includes('semihard') || both.includes('hard') || both.includes('easy');
    })
    .map((negatives) => [positives, negatives] as const),
);

function apply(positives: Strategy, negatives: Strategy, batch: ContrastBatch): Sides[] {
  const miner = batchEasyHard({ positives, negatives });
  const left = miner.apply(batch, miner.draw(batch, createRandom(0), now));
  return Array.from({ length: batch.queries.shape[0]! }, (_, row) => row).map(sidesOf(left));
}

/** Distances 1, 2, 3, ... of a query at 0 from keys on a line. */
const onLine = (positives: readonly number[], negatives: readonly number[]): ContrastBatch => {
  const keys = [...positives, ...negatives].map((distance) => 2 * Math.asin(distance / 2)); // chords of the circle
  return {
    ...pairs(
      features(Float64Array.of(1, 0), 1, 2),
      features(Float64Array.from(keys.flatMap((angle) => [Math.cos(angle), Math.sin(angle)])), keys.length, 2),
    ),
    targets: sparseWeights([positives.map((_, column) => [column, 1 / positives.length])]),
  };
};

describe('positives at 0.2, 0.6 and 1.0, negatives at 0.4, 0.8 and 1.2', () => {
  const batch = onLine([0.2, 0.6, 1], [0.4, 0.8, 1.2]);
  test.each<[Strategy, Strategy, number[], number[]]>([
    ['hard', 'hard', [2], [3]],
    ['easy', 'hard', [0], [3]],
    ['easy', 'easy', [0], [5]],
    ['hard', 'semihard', [2], [5]],
    ['easy', 'semihard', [0], [3]],
    ['semihard', 'hard', [0], [3]],
    ['semihard', 'easy', [2], [5]],
    ['all', 'hard', [0, 1, 2], [3]],
    ['all', 'all', [0, 1, 2], [3, 4, 5]],
  ])('%s positives and %s negatives', (positives, negatives, columns, others) => {
    expect(apply(positives, negatives, batch)).toEqual([{ positives: columns, negatives: others }]);
  });
});

test('a query without a semihard negative sees nothing', () => {
  expect(apply('hard', 'semihard', onLine([1], [0.3, 0.5]))).toEqual([{ positives: [], negatives: [] }]);
  expect(apply('semihard', 'hard', onLine([0.5], [0.3]))).toEqual([{ positives: [], negatives: [] }]);
});

test('a negative as far as the positive is not semihard', () => {
  const one = features(new Float64Array(6).fill(1), 3, 2);
  const batch = { ...pairs(features(new Float64Array(2).fill(1), 1, 2), one), targets: sparseWeights([[[1, 1]]]) };
  expect(apply('easy', 'semihard', batch)).toEqual([{ positives: [], negatives: [] }]);
  expect(apply('easy', 'hard', batch)).toEqual([{ positives: [1], negatives: [0] }]);
});

test.each(allowed)('%s positives with %s negatives of random rows are what their names say', (positives, negatives) => {
  const random = createRandom('easy and hard');
  const rows = features(
    Float64Array.from({ length: 24 * 3 }, () => random.normal(0, 1)),
    24,
    3,
  );
  const targets = sparseWeights(
    Array.from({ length: 24 }, (_, row) =>
      [0, 1, 2, 3, 4, 5].map((i) => [(row % 4) + 4 * i, 1 / 6] as const).filter(([c]) => c !== row),
    ),
  );
  const batch: ContrastBatch = { queries: rows, keys: [rows], targets, excluded: { kind: 'self' } };
  const distances = distancesOf(batch, { distance: 'euclidean', rows: 'unit' }, 'here');
  const left = apply(positives, negatives, batch);
  let checked = 0;
  for (const [row, found] of left.entries()) {
    const [all, away] = [sidesOf(batch)(row), [...distances(row)]];
    const of = (columns: readonly number[]): number[] => columns.map((column) => away[column]!);
    const [p, n] = [of(found.positives), of(found.negatives)];
    if (p.length === 0) {
      expect(n).toEqual([]);
      continue;
    }
    if (positives === 'all') expect(found.positives).toEqual(all.positives);
    if (positives === 'hard') expect(p).toEqual([Math.max(...of(all.positives))]);
    if (positives === 'easy') expect(p).toEqual([Math.min(...of(all.positives))]);
    if (positives === 'semihard') expect(p).toEqual([Math.max(...of(all.positives).filter((value) => value < n[0]!))]);
    if (negatives === 'all') expect(found.negatives).toEqual(all.negatives);
    if (negatives === 'hard') expect(n).toEqual([Math.min(...of(all.negatives))]);
    if (negatives === 'easy') expect(n).toEqual([Math.max(...of(all.negatives))]);
    if (negatives === 'semihard') expect(n).toEqual([Math.min(...of(all.negatives).filter((value) => value > p[0]!))]);
    checked++;
  }
  expect(checked).toBeGreaterThan(3);
});

test.each([
  ['semihard', 'semihard'],
  ['semihard', 'all'],
  ['all', 'semihard'],
] as const)('%s positives beside %s negatives are refused', (positives, negatives) => {
  expect(() => apply(positives, negatives, onLine([1], [2]))).toThrow(expect.objectContaining({ code: 'OPTION' }));
});
