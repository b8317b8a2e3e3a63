import { type ContrastBatch, type EncodedViews, eachExcluded, eachWeight, sparseWeights } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { exampleEncodedViews, obeysPairingLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { bothWays } from './both-ways.ts';
import { byLabel } from './by-label.ts';

const progress = { epoch: 0, step: 0, fraction: 0 };
const mixed = sparseWeights([
  [
    [0, 0.75],
    [1, 0.25],
  ],
  [[1, 1]],
  [[2, 1]],
]);

obeysPairingLaws(byLabel());
obeysPairingLaws(byLabel(), [
  exampleEncodedViews({ items: 5, views: 1 }),
  exampleEncodedViews({ items: 3, views: 3, blends: [mixed] }),
  labeled([undefined, undefined, 1], ['a', 'a', 'b']),
]);

test('positives are all other rows of the class, other views of the item among them', () => {
  const { batch } = byLabel().pair(labeled([5, 2, 5]), null, progress);
  // rows 0, 1, 2 are view 0 of the items, rows 3, 4, 5 their view 1
  expect(columnsOf(batch, 0)).toEqual([2, 3, 5]);
  expect(columnsOf(batch, 4)).toEqual([1]);
  expect(batch.excluded).toEqual({ kind: 'self' });
  eachWeight(batch.targets, 0, (_, weight) => expect(weight).toBeCloseTo(1 / 3, 7)); // float32
});

test('an item without a label, or with a negative one, belongs to its own views', () => {
  const { batch } = byLabel().pair(labeled([undefined, 1, -1, -1]), null, progress);
  expect([0, 1, 2, 3].map((row) => columnsOf(batch, row))).toEqual([[4], [5], [6], [7]]);
});

test('duplicates without a label are neither positives nor negatives', () => {
  const { batch } = byLabel().pair(labeled([undefined, 1, undefined], ['a', 'b', 'a']), null, progress);
  expect(columnsOf(batch, 0)).toEqual([3]);
  const excluded: number[] = [];
  eachExcluded(batch, 0, (column) => excluded.push(column));
  expect(excluded).toEqual([0, 2, 5]);
});

test('a mixed row belongs to classes by the shares of what it holds', () => {
  const encoded = { ...labeled([0, 1, 0]), views: exampleEncodedViews({ items: 3, blends: [mixed] }).views };
  const { batch } = byLabel().pair(encoded, null, progress);
  // of row 0, 0.75 are of class 0 (rows 2, 3, 5) and 0.25 of class 1 (rows 1, 4)
  const weights: Record<number, number> = {};
  eachWeight(batch.targets, 0, (column, weight) => {
    weights[column] = weight;
  });
  const total = 3 * 0.75 + 2 * 0.25;
  for (const column of [2, 3, 5]) expect(weights[column]).toBeCloseTo(0.75 / total, 6);
  for (const column of [1, 4]) expect(weights[column]).toBeCloseTo(0.25 / total, 6);
});

test('labels that are all different make it both-ways', () => {
  const encoded = labeled([3, 1, 4, 2]);
  const [one, other] = [byLabel(), bothWays()].map((part) => part.pair(encoded, null, progress).batch);
  expect(infoNce().measure(one!).value).toBe(infoNce().measure(other!).value);
});

test('slices of one part of a volume: positives here, neither in both-ways without classes', () => {
  // slices of volumes A and B, labeled by the part they lie in: A0, A1, B0, B1; one view of each and another
  const slices = labeled([0, 1, 0, 1], ['A0', 'A1', 'B0', 'B1']);
  const asPositives = byLabel().pair(slices, null, progress).batch;
  expect(columnsOf(asPositives, 0)).toEqual([2, 4, 6]); // B0, and both others of A0 and B0
  const withoutThem = bothWays({ exclude: 'labels' }).pair(slices, null, progress).batch;
  const excluded: number[] = [];
  eachExcluded(withoutThem, 0, (column) => excluded.push(column));
  expect([columnsOf(withoutThem, 0), excluded]).toEqual([[4], [0, 2, 6]]);
  const onePart = bothWays({ exclude: 'labels' }).pair(labeled([1, 1, 1]), null, progress).batch;
  expect(infoNce().measure(onePart).value).toBe(0); // nothing to tell it from
});

function labeled(labels: readonly (number | undefined)[], ids?: readonly string[]): EncodedViews {
  const items = labels.map((label, i) => ({ id: ids?.[i] ?? `item-${i}`, ...(label !== undefined && { label }) }));
  return { ...exampleEncodedViews({ items: labels.length }), items };
}

function columnsOf({ targets }: ContrastBatch, row: number): number[] {
  const columns: number[] = [];
  eachWeight(targets, row, (column) => columns.push(column));
  return columns;
}
