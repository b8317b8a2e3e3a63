import {
  type ContrastBatch,
  countKeys,
  eachExcluded,
  excludedRanges,
  onlyColumns,
  pairs,
  sparseExclusion,
} from '@viewforge/core';
import { tensor } from '@viewforge/tensor';
import { exampleBatches, exampleFeatures } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { checkBatch } from './check-batch.ts';
import { positivesOf } from './positives.ts';
import { swapSides } from './swap-sides.ts';

const pair = (n: number, k: number): ContrastBatch => pairs(exampleFeatures(n, 3, 1), exampleFeatures(k, 3, 2));
const cases: readonly { readonly name: string; readonly batch: ContrastBatch }[] = [
  ...exampleBatches(),
  { name: 'more keys than queries', batch: pair(2, 5) },
  { name: 'more keys than queries, the own one excluded', batch: { ...pair(2, 5), excluded: { kind: 'self' } } },
  { name: 'some excluded', batch: { ...pair(3, 4), excluded: sparseExclusion([[3], [], [0, 2]]) } },
  { name: 'few seen', batch: { ...pair(3, 4), excluded: onlyColumns([[0, 3], [1], [0, 2]]) } },
];

describe.each(cases)('$name', ({ batch }) => {
  test('key j may see query i exactly where query i may see key j', () => {
    const swapped = swapSides(batch);
    const [n, k] = [batch.queries.shape[0]!, countKeys(batch)];
    const turned = Array.from({ length: n }, () => Array<boolean>(k));
    for (const [j, row] of seen(swapped).entries()) for (const [i, isSeen] of row.entries()) turned[i]![j] = isSeen;
    expect(turned).toEqual(seen(batch));
  });

  test('query i is a positive of key j exactly where key j is one of query i', () => {
    const [there, back] = [positivesOf(batch), positivesOf(swapSides(batch))];
    for (let i = 0; i < batch.queries.shape[0]!; i++) {
      for (let j = 0; j < countKeys(batch); j++) {
        expect(back(j).columns.includes(i)).toBe(there(i).columns.includes(j));
      }
    }
  });

  test('what comes out fits', () => {
    expect(() => checkBatch(swapSides(batch), 'swap-sides')).not.toThrow();
  });
});

test('queries that see their own key alone become keys that see their own query alone, in two ranges each', () => {
  const hiding = Array.from({ length: 50 }, (_, i) => [[0, i] as const, [i + 1, 50] as const]);
  const excluded = excludedRanges(hiding);
  expect(swapSides({ ...pair(50, 50), excluded }).excluded).toEqual(excluded);
});

test('a key weighs the mean of the queries that belong to it, by target', () => {
  const targets = { kind: 'dense', values: tensor(Float64Array.of(1, 0, 0, 0.25, 0.75, 0), [2, 3]) } as const;
  const batch: ContrastBatch = { ...pair(2, 3), targets, queryWeights: Float64Array.of(1, 3) };
  expect([...swapSides(batch).queryWeights!]).toEqual([(1 + 0.25 * 3) / 1.25, 3, 0]);
});

function seen(batch: ContrastBatch): boolean[][] {
  return Array.from({ length: batch.queries.shape[0]! }, (_, row) => {
    const all = Array<boolean>(countKeys(batch)).fill(true);
    eachExcluded(batch, row, (column) => {
      all[column] = false;
    });
    return all;
  });
}
