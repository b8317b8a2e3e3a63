import { type ContrastBatch, eachExcluded, eachWeight, sparseWeights } from '@viewforge/core';
import { exampleEncodedViews, obeysPairingLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { bothWays } from './both-ways.ts';

const progress = { epoch: 0, step: 0, fraction: 0 };
const mixed = sparseWeights([
  [
    [0, 0.75],
    [1, 0.25],
  ],
  [
    [1, 0.5],
    [0, 0.5],
  ],
  [[2, 1]],
]);

obeysPairingLaws(bothWays());
obeysPairingLaws(bothWays(), [exampleEncodedViews({ items: 3, views: 3, blends: [mixed] })]);

test('rows are stacked view by view, and are queries and keys at once', () => {
  const encoded = exampleEncodedViews({ items: 2, views: 3 });
  const { batch } = bothWays().pair(encoded, null, progress);
  expect(batch.queries.shape).toEqual([6, 4]);
  expect(batch.keys).toEqual([batch.queries]);
  expect(batch.queries.get(4, 1)).toBe(encoded.views['view']![2]!.features.get(0, 1));
  expect(batch.excluded).toEqual({ kind: 'self' });
});

test('positives are the other views of the same item, in equal parts', () => {
  const { batch } = bothWays().pair(exampleEncodedViews({ items: 2, views: 3 }), null, progress);
  expect(targetsOf(batch, 0)).toEqual([
    [2, 0.5],
    [4, 0.5],
  ]);
  expect(targetsOf(batch, 3)).toEqual([
    [1, 0.5],
    [5, 0.5],
  ]);
});

test('duplicates are neither positives nor negatives', () => {
  const { batch } = bothWays().pair(exampleEncodedViews({ items: 3, ids: ['a', 'b', 'a'] }), null, progress);
  // rows 0, 1, 2 are view 0 of a, b, a; rows 3, 4, 5 their view 1
  expect([0, 1, 5].map((row) => excludedOf(batch, row))).toEqual([[0, 2, 5], [1], [0, 3, 5]]);
  expect(targetsOf(batch, 0)).toEqual([[3, 1]]);
});

test.each([
  { exclude: 'ids', columns: [0, 2, 6] },
  { exclude: 'labels', columns: [0, 1, 5] },
  { exclude: 'nothing', columns: [0] },
] as const)('with duplicates and classes, excluding $exclude hides the right rows', ({ exclude, columns }) => {
  const encoded = exampleEncodedViews({ items: 4, ids: ['a', 'b', 'a', 'c'] });
  const items = encoded.items.map(({ id }, i) => ({ id, label: [0, 0, 1, 2][i]! }));
  const { batch } = bothWays({ exclude }).pair({ ...encoded, items }, null, progress);
  expect([excludedOf(batch, 0), targetsOf(batch, 0)]).toEqual([columns, [[4, 1]]]);
});

test('items without a class are told apart by their ids', () => {
  const encoded = exampleEncodedViews({ items: 4 });
  const items = [{ id: 'a' }, { id: 'b' }, { id: 'a' }, { id: 'b', label: -1 }];
  const { batch } = bothWays({ exclude: 'labels' }).pair({ ...encoded, items }, null, progress);
  expect([excludedOf(batch, 0), excludedOf(batch, 1)]).toEqual([
    [0, 2, 6],
    [1, 3, 7],
  ]);
});

test('large batches cost time and memory by the row', () => {
  const n = 16384;
  const ids = Array.from({ length: n }, (_, i) => `${i % (n - 1)}`); // one duplicate, so that nothing is plain
  const encoded = exampleEncodedViews({ items: n, width: 2, ids });
  const { batch } = bothWays().pair(encoded, null, progress);
  if (batch.targets.kind !== 'sparse' || batch.excluded.kind !== 'sparse') throw new Error('expected sparse rows');
  expect(batch.targets.columns.length).toBe(2 * n);
  expect(batch.excluded.columns.length).toBe(2 * n + 8); // each itself, and two more in four rows
});

test('the same view given twice is still two views', () => {
  const [view] = exampleEncodedViews({ items: 2 }).views['view']!;
  const { batch } = bothWays().pair({ ...exampleEncodedViews({ items: 2 }), views: { view: [view!, view!] } }, null, progress);
  expect(targetsOf(batch, 1)).toEqual([[3, 1]]);
});

test('a mixed view belongs to the clean views of what it holds, and they to it', () => {
  const { batch } = bothWays().pair(exampleEncodedViews({ items: 3, blends: [mixed] }), null, progress);
  expect(targetsOf(batch, 0)).toEqual([
    [3, 0.75],
    [4, 0.25],
  ]);
  expect(excludedOf(batch, 0), 'itself, and the mixed view that shares both items').toEqual([0, 1]);
  // the clean view of item 0 is 0.75 of row 0 and 0.5 of row 1
  const [first, second] = targetsOf(batch, 3);
  expect(first![1]).toBeCloseTo(0.6, 6);
  expect(second![1]).toBeCloseTo(0.4, 6);
});

function targetsOf({ targets }: ContrastBatch, row: number): [number, number][] {
  const found: [number, number][] = [];
  eachWeight(targets, row, (column, weight) => found.push([column, weight]));
  return found;
}

function excludedOf(batch: ContrastBatch, row: number): number[] {
  const found: number[] = [];
  eachExcluded(batch, row, (column) => found.push(column));
  return found;
}
