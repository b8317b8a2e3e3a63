import { type ContrastBatch, type EncodedViews, eachExcluded, eachWeight } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { exampleEncodedViews, obeysPairingLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { globalLocal } from './global-local.ts';

const progress = { epoch: 0, step: 0, fraction: 0 };

obeysPairingLaws(globalLocal());
obeysPairingLaws(globalLocal(), [crops(3, 3), crops(2, 1)]);
obeysPairingLaws(globalLocal({ queryRoles: ['local'], keyRole: 'global', exclude: 'labels' }), [crops(4, 2)]);

test('every view meets the global views of all items, but never itself', () => {
  const { batch } = globalLocal().pair(crops(3, 1), null, progress);
  // queries: global 0 (rows 0 .. 2), global 1 (3 .. 5), local 0 (6 .. 8); keys: global 0, global 1
  expect(batch.queries.shape).toEqual([9, 4]);
  expect(batch.keys.map(({ shape }) => shape)).toEqual([
    [3, 4],
    [3, 4],
  ]);
  expect(rowOf(batch, 0)).toEqual({ positives: [3], excluded: [0] });
  expect(rowOf(batch, 4)).toEqual({ positives: [1], excluded: [4] });
  expect(rowOf(batch, 8)).toEqual({ positives: [2, 5], excluded: [] });
});

test('roles are named for both sides', () => {
  const encoded = crops(3, 2);
  const { batch } = globalLocal({ queryRoles: ['global'], keyRole: 'local' }).pair(encoded, null, progress);
  expect(batch.keys).toEqual(encoded.views['local']!.map(({ features }) => features));
  expect(rowOf(batch, 1)).toEqual({ positives: [1, 4], excluded: [] });
  const twice = globalLocal({ queryRoles: ['local', 'local'] }).pair(encoded, null, progress);
  expect(twice.batch.queries.shape).toEqual([6, 4]);
  expect(() => globalLocal({ queryRoles: ['crop'] }).pair(encoded, null, progress)).toThrow(
    'expected a role of the plan, got "crop"',
  );
});

test('a duplicate is neither positive nor negative, and by labels nor is its class', () => {
  const encoded = {
    ...crops(3, 1),
    items: [
      { id: 'a', label: 0 },
      { id: 'b', label: 0 },
      { id: 'a', label: 1 },
    ],
  };
  const by = (exclude: 'ids' | 'labels' | 'nothing') => rowOf(globalLocal({ exclude }).pair(encoded, null, progress).batch, 6);
  expect(by('ids')).toEqual({ positives: [0, 3], excluded: [2, 5] });
  expect(by('labels')).toEqual({ positives: [0, 3], excluded: [1, 4] });
  expect(by('nothing')).toEqual({ positives: [0, 3], excluded: [] });
});

test('a single global view has no positive for itself, and is left out of the loss', () => {
  const encoded = crops(3, 2);
  const one = { ...encoded, views: { global: encoded.views['global']!.slice(0, 1), local: encoded.views['local']! } };
  const { perQuery } = infoNce().measure(globalLocal().pair(one, null, progress).batch);
  expect([...perQuery].map((each) => Number.isNaN(each))).toEqual([true, true, true, ...Array(6).fill(false)]);
});

test('views of different widths are refused', () => {
  const encoded = {
    ...crops(3, 1),
    views: { ...crops(3, 1).views, wide: exampleEncodedViews({ items: 3, width: 5 }).views['view']! },
  };
  expect(() => globalLocal().pair(encoded, null, progress)).toThrow(
    'global-local: expected views of width 4, got [3,5] in role "wide"',
  );
});

/** Two global views of each item, and some local ones. */
function crops(items: number, locals: number): EncodedViews {
  const global = exampleEncodedViews({ items });
  const local = exampleEncodedViews({ items, views: locals, seed: 1 }).views['view']!;
  return { ...global, views: { global: global.views['view']!, local } };
}

function rowOf(batch: ContrastBatch, row: number): { positives: number[]; excluded: number[] } {
  const [positives, excluded]: [number[], number[]] = [[], []];
  eachWeight(batch.targets, row, (column) => positives.push(column));
  eachExcluded(batch, row, (column) => excluded.push(column));
  return { positives, excluded };
}
