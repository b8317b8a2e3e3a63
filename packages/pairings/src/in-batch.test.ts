import { type ContrastBatch, type EncodedViews, eachExcluded, eachWeight, sparseWeights } from '@viewforge/core';
import { exampleEncodedViews, obeysPairingLaws, obeysPluginLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { inBatch } from './in-batch.ts';
import { plugin } from './index.ts';

const progress = { epoch: 0, step: 0, fraction: 0 };
const mixed = sparseWeights([
  [
    [0, 0.75],
    [2, 0.25],
  ],
  [[1, 1]],
  [
    [2, 0.5],
    [0, 0.5],
  ],
]);

obeysPluginLaws(plugin);
obeysPairingLaws(inBatch());
obeysPairingLaws(inBatch(), [
  exampleEncodedViews({ items: 3, blends: [mixed] }),
  exampleEncodedViews({ items: 3, views: 3, blends: [mixed, mixed] }),
]);

test('view 0 asks, view 1 answers, and nothing is looked up for plain items', () => {
  const encoded = exampleEncodedViews({ views: 3 });
  const { batch, state } = inBatch().pair(encoded, null, progress);
  expect(batch.queries).toBe(encoded.views['view']![0]!.features);
  expect(batch.keys[0]).toBe(encoded.views['view']![1]!.features);
  expect([batch.targets.kind, batch.excluded.kind, state]).toEqual(['identity', 'none', null]);
});

test('the blend of the query view becomes the targets', () => {
  const { batch } = inBatch().pair(exampleEncodedViews({ items: 3, blends: [mixed] }), null, progress);
  expect(rowsOf(batch)).toEqual([
    { targets: { 0: 0.75, 2: 0.25 }, excluded: [] },
    { targets: { 1: 1 }, excluded: [] },
    { targets: { 0: 0.5, 2: 0.5 }, excluded: [] },
  ]);
});

test('two views mixed in the same way belong together by what both hold', () => {
  const { batch } = inBatch().pair(exampleEncodedViews({ items: 3, blends: [mixed, mixed] }), null, progress);
  // key 0 holds (0.75, 0, 0.25) and key 2 (0.5, 0, 0.5): 0.625 and 0.5 of query 0
  expect(rowsOf(batch)[0]!.targets[0]).toBeCloseTo(0.625 / 1.125, 6);
  expect(rowsOf(batch)[1]).toEqual({ targets: { 1: 1 }, excluded: [] });
});

test('a duplicate is neither positive nor negative', () => {
  const { batch } = inBatch().pair(exampleEncodedViews({ items: 4, ids: ['a', 'b', 'a', 'c'] }), null, progress);
  expect(rowsOf(batch)).toEqual([
    { targets: { 0: 1 }, excluded: [2] },
    { targets: { 1: 1 }, excluded: [] },
    { targets: { 2: 1 }, excluded: [0] },
    { targets: { 3: 1 }, excluded: [] },
  ]);
});

test.each([
  { exclude: 'ids', columns: [2] },
  { exclude: 'labels', columns: [1] },
  { exclude: 'nothing', columns: [] },
] as const)('excluding $exclude hides the right keys', ({ exclude, columns }) => {
  const encoded = exampleEncodedViews({ items: 3, ids: ['a', 'b', 'a'] });
  const items = encoded.items.map(({ id }, i) => ({ id, label: [0, 0, 1][i]! }));
  const { batch } = inBatch({ exclude }).pair({ ...encoded, items }, null, progress);
  expect(rowsOf(batch)[0]).toEqual({ targets: { 0: 1 }, excluded: columns });
});

test('a duplicate of what a query was mixed from is excluded as well', () => {
  const encoded = exampleEncodedViews({
    items: 3,
    ids: ['a', 'b', 'b'],
    blends: [
      sparseWeights([
        [
          [0, 0.5],
          [1, 0.5],
        ],
        [[1, 1]],
        [[2, 1]],
      ]),
    ],
  });
  const { batch } = inBatch().pair(encoded, null, progress);
  expect(rowsOf(batch)[0]).toEqual({ targets: { 0: 0.5, 1: 0.5 }, excluded: [2] });
});

test('no gradient flows to views that are not compared, or without a gradient', () => {
  const encoded: EncodedViews = { ...exampleEncodedViews({ views: 3 }) };
  const views = { ...encoded.views, ...exampleEncodedViews({ role: 'local', views: 1 }).views };
  const { pullback } = inBatch().pair({ ...encoded, views }, null, progress);
  const pulled = pullback({ queries: encoded.views['view']![0]!.features });
  expect(pulled['view']!.map(({ data }) => data.some((each) => each !== 0))).toEqual([true, false, false]);
  expect(pulled['local']![0]!.shape).toEqual([6, 4]);
});

test('the role is the first one, or the one that is named', () => {
  const encoded = exampleEncodedViews({ role: 'local' });
  const both = { ...encoded, views: { ...exampleEncodedViews({ role: 'global' }).views, ...encoded.views } };
  expect(inBatch().pair(both, null, progress).batch.queries).toBe(both.views['global']![0]!.features);
  expect(inBatch({ role: 'local' }).pair(both, null, progress).batch.queries).toBe(both.views['local']![0]!.features);
  expect(() => inBatch({ role: 'crop' }).pair(both, null, progress)).toThrow(
    'in-batch: expected a role of the plan, got "crop"; known: global, local',
  );
  expect(() => inBatch().pair(exampleEncodedViews({ views: 1 }), null, progress)).toThrow(
    'at least 2 views of role "view", got 1',
  );
});

function rowsOf(batch: ContrastBatch): { targets: Record<number, number>; excluded: number[] }[] {
  return Array.from({ length: batch.queries.shape[0]! }, (_, row) => {
    const targets: Record<number, number> = {};
    const excluded: number[] = [];
    eachWeight(batch.targets, row, (column, weight) => {
      targets[column] = weight;
    });
    eachExcluded(batch, row, (column) => excluded.push(column));
    return { targets, excluded };
  });
}
