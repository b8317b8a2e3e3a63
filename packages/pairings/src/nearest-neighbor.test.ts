import { type ContrastBatch, type EncodedViews, eachExcluded, eachWeight, pairs } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { type Features, features, values } from '@viewforge/tensor';
import { exampleEncodedViews, obeysPairingLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { nearestNeighbor } from './nearest-neighbor.ts';

const progress = { epoch: 0, step: 0, fraction: 0 };
const six = { capacity: 6 };
const duplicates = exampleEncodedViews({ items: 4, ids: ['a', 'b', 'a', 'c'], seed: 1 });

obeysPairingLaws(nearestNeighbor(six));
obeysPairingLaws(nearestNeighbor({ ...six, directions: 'one', startRandom: true }), [duplicates]);

test('each query is the row of the support with the largest cosine', () => {
  const part = nearestNeighbor({ ...six, directions: 'one' });
  const { state } = part.pair(viewsOf(rows(1, 0, 0, 2, -1, 0)), part.start(), progress);
  const encoded = viewsOf(rows(1, 3, 5, 1, -1, -0.5));
  const { batch } = part.pair(encoded, state, progress);
  expect([...values(batch.queries)]).toEqual([0, 1, 1, 0, -1, 0]);
  expect(batch.keys).toEqual([encoded.views['view']![1]!.features]);
  expect([batch.targets.kind, batch.excluded.kind]).toEqual(['identity', 'none']);
});

test('in a tie the older place wins', () => {
  const part = nearestNeighbor({ ...six, directions: 'one' });
  const { state } = part.pair(viewsOf(rows(1, 0, 0, 1)), part.start(), progress);
  const { batch } = part.pair(viewsOf(rows(2, 2, 0, 0)), state, progress);
  expect([...values(batch.queries)]).toEqual([1, 0, 1, 0]);
});

test('both directions are two losses of half the weight', () => {
  const part = nearestNeighbor(six);
  const { state } = part.pair(exampleEncodedViews({ items: 6, seed: 3 }), part.start(), progress);
  const encoded = exampleEncodedViews({ items: 4 });
  const { batch } = part.pair(encoded, state, progress);
  const [first, second] = encoded.views['view']!.map(({ features }) => features) as [Features, Features];
  const queries = (from: number): Features => features(values(batch.queries).slice(from * 16, from * 16 + 16), 4, 4);
  const loss = infoNce();
  const apart = [pairs(queries(0), second), pairs(queries(1), first)].map((each) => loss.measure(each).value);
  expect(loss.measure(batch).value).toBeCloseTo((apart[0]! + apart[1]!) / 2, 12);
});

test('while the support is empty, the views themselves are compared', () => {
  const encoded = exampleEncodedViews({ items: 3 });
  const part = nearestNeighbor({ ...six, directions: 'one' });
  expect(part.pair(encoded, part.start(), progress).batch).toEqual({
    ...pairs(encoded.views['view']![0]!.features, encoded.views['view']![1]!.features),
    excluded: { kind: 'none' },
  });
});

test('view 0 enters the support, whose rows are then the only ones to be near to', () => {
  const part = nearestNeighbor(six);
  const encoded = exampleEncodedViews({ items: 3 });
  const { state } = part.pair(encoded, part.start(), progress);
  expect([state.filled, state.pointer, state.chunks[0]!.ids]).toEqual([3, 3, ['item-0', 'item-1', 'item-2', null, null, null]]);
  const { batch } = part.pair(encoded, state, progress);
  expect([...values(batch.queries).subarray(0, 12)]).toEqual([...state.chunks[0]!.rows.subarray(0, 12)]);
});

test('a duplicate in the batch is no negative in either direction', () => {
  const part = nearestNeighbor(six);
  const { batch } = part.pair(duplicates, part.start(), progress);
  expect(rowOf(batch, 0)).toEqual({ positives: [0], excluded: [2, 4, 5, 6, 7] });
  expect(rowOf(batch, 6)).toEqual({ positives: [6], excluded: [0, 1, 2, 3, 4] });
});

test('both directions of 2048 items take some kilobytes to tell apart, not 32 megabytes', () => {
  const part = nearestNeighbor(six);
  const { excluded } = part.pair(exampleEncodedViews({ items: 2048, width: 2 }), part.start(), progress).batch;
  if (excluded.kind !== 'ranges') throw new TypeError(`expected ranges, got ${excluded.kind}`);
  expect([...new Set(excluded.starts.subarray(0, 2048)), ...new Set(excluded.ends.subarray(2048))]).toEqual([2048, 2048]);
  expect(excluded.starts).toHaveLength(4096);
  const lists = [excluded.offsets, excluded.starts, excluded.ends];
  expect(lists.reduce((sum, { buffer }) => sum + buffer.byteLength, 0)).toBeLessThan(64 * 1024);
});

test('keys may come from a predictor', () => {
  const encoded = exampleEncodedViews({ items: 3 });
  const predicted = exampleEncodedViews({ items: 3, seed: 5 }).views['view']!;
  const part = nearestNeighbor({ ...six, role: 'view', keyRole: 'predicted' });
  const { batch } = part.pair({ ...encoded, views: { ...encoded.views, predicted } }, part.start(), progress);
  expect(batch.keys).toEqual([predicted[1]!.features, predicted[0]!.features]);
});

test('a view that is no number is refused', () => {
  const part = nearestNeighbor(six);
  const { state } = part.pair(viewsOf(rows(1, 0)), part.start(), progress);
  const broken = viewsOf(rows(1, 0), rows(Number.NaN, 0));
  expect(() => part.pair(broken, state, progress)).toThrow('nearest-neighbor: expected finite features, got others in row 0');
});

function rows(...numbers: number[]): Features {
  return features(Float64Array.from(numbers), numbers.length / 2, 2);
}

function viewsOf(first: Features, second = first): EncodedViews {
  return {
    items: Array.from({ length: first.shape[0]! }, (_, i) => ({ id: `${i}` })),
    views: { view: [first, second].map((each) => ({ features: each, blend: { kind: 'identity' } })) },
  };
}

function rowOf(batch: ContrastBatch, row: number): { positives: number[]; excluded: number[] } {
  const [positives, excluded]: [number[], number[]] = [[], []];
  eachWeight(batch.targets, row, (column) => positives.push(column));
  eachExcluded(batch, row, (column) => excluded.push(column));
  return { positives, excluded };
}
