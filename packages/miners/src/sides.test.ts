import {
  type ContrastBatch,
  eachExcluded,
  eachWeight,
  onlyColumns,
  pairs,
  sparseExclusion,
  sparseWeights,
} from '@viewforge/core';
import { tensor } from '@viewforge/tensor';
import { exampleBatches, exampleFeatures } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { checkFinite, checkShapes, sidesOf } from './sides.ts';

const rows = exampleFeatures(3, 2, 0);

test.each([0, 1, 2])(
  'positives and negatives are the visible columns, with and without a target (example batches %d)',
  (seed) => {
    for (const { batch } of exampleBatches(seed)) {
      const k = batch.keys.reduce((sum, { shape }) => sum + shape[0]!, 0);
      for (let row = 0; row < batch.queries.shape[0]!; row++) {
        const [hidden, wanted] = [new Set<number>(), new Set<number>()];
        eachExcluded(batch, row, (column) => hidden.add(column));
        eachWeight(batch.targets, row, (column, weight) => weight > 0 && wanted.add(column));
        const seen = Array.from({ length: k }, (_, column) => column).filter((column) => !hidden.has(column));
        expect(sidesOf(batch)(row)).toEqual({
          positives: seen.filter((column) => wanted.has(column)),
          negatives: seen.filter((column) => !wanted.has(column)),
        });
      }
    }
  },
);

test('a stored target of 0 is no positive, and one that is excluded is nothing', () => {
  const targets = sparseWeights([
    [
      [0, 0],
      [1, 1],
    ],
    [[0, 1]],
    [],
  ]);
  const batch: ContrastBatch = { ...pairs(rows, rows), targets, excluded: sparseExclusion([[], [0], []]) };
  expect([0, 1, 2].map(sidesOf(batch))).toEqual([
    { positives: [1], negatives: [0, 2] },
    { positives: [], negatives: [1, 2] },
    { positives: [], negatives: [0, 1, 2] },
  ]);
});

describe('shapes', () => {
  const fails =
    (change: Partial<ContrastBatch>): (() => void) =>
    () =>
      checkShapes({ ...pairs(rows, rows), ...change }, 'here');
  test.each<[string, Partial<ContrastBatch>, string]>([
    ['queries', { queries: tensor(new Float32Array(3), [3]) }, 'queries of [n, d]'],
    ['keys', { keys: [rows, exampleFeatures(3, 4, 0)] }, 'block 1'],
    ['identity', { keys: [exampleFeatures(2, 2, 0)] }, '2 keys'],
    [
      'self',
      { keys: [exampleFeatures(2, 2, 0)], targets: sparseWeights([[], [], []]), excluded: { kind: 'self' } },
      'exclusion "self"',
    ],
    ['dense', { targets: { kind: 'dense', values: tensor(new Float32Array(6), [3, 2]) } }, 'dense targets of [3, 3]'],
    ['targets', { targets: sparseWeights([[]]) }, 'targets with 4 offsets'],
    ['exclusion', { excluded: onlyColumns([[], []]) }, 'excluded with 4 offsets'],
  ])('%s that do not fit are told', (_, change, told) => {
    expect(fails(change)).toThrow(expect.objectContaining({ code: 'SHAPE', message: expect.stringContaining(told) }));
  });
  test('what fits is fine', () => expect(fails({})).not.toThrow());
});

test('a broken query that sees nothing harms nobody', () => {
  const queries = tensor(Float64Array.of(Number.POSITIVE_INFINITY, 0, 1, 0, 0, 1), [3, 2]);
  const batch: ContrastBatch = {
    ...pairs(queries, rows),
    targets: sparseWeights([[], [], []]),
    excluded: onlyColumns([[], [1], [2]]),
  };
  expect(() => checkFinite(batch, 'here')).not.toThrow();
  expect(() => checkFinite({ ...batch, excluded: { kind: 'none' } }, 'here')).toThrow(/query 0/);
});
