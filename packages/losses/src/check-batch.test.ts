import {
  type ContrastBatch,
  type Exclusion,
  onlyColumns,
  pairs,
  sparseExclusion,
  sparseWeights,
  type Triplets,
  type Weights,
} from '@viewforge/core';
import { tensor } from '@viewforge/tensor';
import { exampleBatches, exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { checkBatch } from './check-batch.ts';

const dense = (...numbers: number[]): Weights => ({ kind: 'dense', values: tensor(Float64Array.from(numbers), [2, 2]) });
const sparse = (offsets: number[], weights: number[]): Weights => ({
  kind: 'sparse',
  offsets: Int32Array.from(offsets),
  columns: Int32Array.of(0, 1),
  values: Float32Array.from(weights),
});
const ranges = (offsets: number[], starts: number[], ends: number[]): Exclusion => ({
  kind: 'ranges',
  offsets: Int32Array.from(offsets),
  starts: Int32Array.from(starts),
  ends: Int32Array.from(ends),
});
const triplets = (queries: number[], positives: number[], negatives: number[]): Triplets => ({
  queries: Int32Array.from(queries),
  positives: Int32Array.from(positives),
  negatives: Int32Array.from(negatives),
});
const whole = pairs(exampleFeatures(2, 2), exampleFeatures(2, 2));

test.each(exampleBatches())('a batch that fits passes: $name', ({ batch }) => {
  expect(() => checkBatch(batch, 'info-nce')).not.toThrow();
});

test.each([
  ['queries of [n, d]', { queries: tensor(new Float32Array(4), [4]) }],
  ['keys of [k, 2], got [2,3] in block 0', { keys: [exampleFeatures(2, 3)] }],
  ['a key for each of 2 queries, got 1 keys', { keys: [exampleFeatures(1, 2)] }],
  ['targets over columns 0..1, got column 5', { targets: sparseWeights([[[5, 1]], []]) }],
  ['dense targets of [2, 2], got [2,3]', { targets: { kind: 'dense', values: exampleFeatures(2, 3) } }],
  ['an exclusion over columns 0..1, got column -1', { excluded: sparseExclusion([[-1], []]) }],
  ['targets with 3 offsets, got 2', { targets: sparseWeights([[]]) }],
  ['targets of finite numbers >= 0, got NaN', { targets: dense(1, Number.NaN, 0, 1) }],
  ['targets of finite numbers >= 0, got -1', { targets: dense(1, -1, 0, 1) }],
  [
    'columns of targets that ascend in row 0, got 1, 1',
    {
      targets: sparseWeights([
        [
          [1, 0.5],
          [1, 0.5],
        ],
        [],
      ]),
    },
  ],
  ['targets with offsets from 0 up to 2, got [0,1,5]', { targets: sparse([0, 1, 5], [1, 1]) }],
  ['targets with offsets from 0 up to 2, got [0,3,2]', { targets: sparse([0, 3, 2], [1, 1]) }],
  ['2 values of targets, one for each column, got 1', { targets: sparse([0, 1, 2], [1]) }],
  ['extras of [2, s, 2], got [1,1,2]', { extras: { values: tensor(new Float32Array(2), [1, 1, 2]), counts: Int32Array.of(1) } }],
  ['columns of an exclusion that ascend in row 0, got 1, 1', { excluded: onlyColumns([[1, 1], [1]]) }],
  ['an exclusion over columns 0..1, got column 2', { excluded: onlyColumns([[0, 2], [1]]) }],
  ['an exclusion with 3 offsets, got 2', { excluded: onlyColumns([[0]]) }],
  ['1 marks of frozen blocks, got 2', { frozen: [true, false] }],
  ['2 ends of ranges, one for each start, got 1', { excluded: ranges([0, 1, 2], [0, 0], [1]) }],
  ['an exclusion with 3 offsets, got 2', { excluded: ranges([0, 1], [1], [2]) }],
  ['an exclusion with offsets from 0 up to 1, got [0,0,2]', { excluded: ranges([0, 0, 2], [1], [2]) }],
  ['ranges of an exclusion that ascend within 0..2 in row 0, got 1..3', { excluded: ranges([0, 1, 1], [1], [3]) }],
  ['ranges of an exclusion that ascend within 0..2 in row 1, got -1..1', { excluded: ranges([0, 0, 1], [-1], [1]) }],
  ['ranges of an exclusion that ascend within 0..2 in row 1, got 1..1', { excluded: ranges([0, 0, 1], [1], [1]) }],
  ['ranges of an exclusion that ascend within 1..2 in row 0, got 0..2', { excluded: ranges([0, 2, 2], [0, 0], [1, 2]) }],
  ['2 weights of queries, got 3', { queryWeights: Float64Array.of(1, 1, 1) }],
  ['weights of queries that are finite numbers >= 0, got -1', { queryWeights: Float64Array.of(1, -1) }],
  ['weights of queries that are finite numbers >= 0, got Infinity', { queryWeights: Float64Array.of(1, Infinity) }],
  ['triplets with as many queries as positives and negatives, got 1, 1, 2', { triplets: triplets([0], [0], [1, 1]) }],
  ['triplets of queries 0..1, got query 2', { triplets: triplets([2], [0], [1]) }],
  ['triplets over columns 0..1, got column 2', { triplets: triplets([1], [2], [1]) }],
  ['triplets over columns 0..1, got column -1', { triplets: triplets([1], [0], [-1]) }],
  [
    'counts of extras in 0..1, got 2',
    { extras: { values: tensor(new Float32Array(4), [2, 1, 2]), counts: Int32Array.of(1, 2) } },
  ],
] satisfies [string, Partial<ContrastBatch>][])('a batch that does not fit is refused: %s', (message, wrong) => {
  expect(() => checkBatch({ ...whole, ...wrong }, 'info-nce')).toThrow(message);
});
