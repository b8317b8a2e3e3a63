import { type ContrastBatch, type EncodedViews, eachExcluded, pairs, sparseExclusion, sparseWeights } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { type Features, features, stack, tensor, unitRows, values } from '@viewforge/tensor';
import { exampleEncodedViews, obeysPairingLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { queue } from './queue.ts';
import { queueFromJson, queueToJson } from './queue-json.ts';
import { queueAges, type RowQueue } from './row-queue.ts';

const at = (step: number) => ({ epoch: 0, step, fraction: 0 });
const loss = infoNce({ temperature: 0.5 });
const mixed = sparseWeights([
  [
    [0, 0.75],
    [2, 0.25],
  ],
  [[1, 1]],
  [[2, 1]],
]);
const duplicates = exampleEncodedViews({ items: 4, ids: ['a', 'b', 'a', 'c'], seed: 1 });

obeysPairingLaws(queue({ capacity: 8 }), undefined, ['queries']);
obeysPairingLaws(queue({ capacity: 3, startRandom: false, exclude: 'labels' }), undefined, ['queries']);
obeysPairingLaws(queue({ capacity: 0, gradientToKeys: true }));
obeysPairingLaws(
  queue({ capacity: 5, negatives: 'queue-and-batch', atEnd: 'cut' }),
  [duplicates, exampleEncodedViews({ items: 3, blends: [mixed] })],
  ['queries'],
);

test('the value and gradient worked out by hand', () => {
  const encoded = viewsOf(rows(2, 1, 0.5, -0.3, 1), rows(2, 0.8, 0.6, 0, 1));
  const part = queue({ capacity: 3, startRandom: false });
  const negatives = viewsOf(rows(2, 1, 0, 1, 0, 1, 0), rows(2, -0.6, 0.8, 0.6, -0.8, 1, 0), 'other');
  const { state } = part.pair(negatives, part.start(), at(0));
  const { batch, pullback } = part.pair(encoded, state, at(1));
  const { value, gradients, parts } = loss.differentiate(batch);
  expect(value).toBeCloseTo(0.742207, 6);
  expect(parts['positive']).toBeCloseTo((0.98387 + 0.957826) / 2, 6);
  const [first, second] = pullback(gradients)['view']!;
  expect([...values(first!)].map((each) => Number(each.toFixed(6)))).toEqual([0.126964, -0.253928, -0.244701, -0.07341]);
  expect([...values(second!)]).toEqual([0, 0, 0, 0]);
});

test('a queue fed batch by batch is the concatenated batches', () => {
  const part = queue({ capacity: 12, startRandom: false });
  const earlier = [0, 1, 2].map((seed) => exampleEncodedViews({ items: 4, seed, ids: ids(4, `${seed} `) }));
  const state = earlier.reduce<RowQueue>((before, encoded, step) => part.pair(encoded, before, at(step)).state, part.start());
  const encoded = exampleEncodedViews({ items: 5, seed: 7 });
  const [query, key] = encoded.views['view']!.map(({ features }) => features) as [Features, Features];
  const together = stack(earlier.map(({ views }) => views['view']![1]!.features));
  const others = Array.from({ length: 5 }, (_, i) => [0, 1, 2, 3, 4].filter((j) => j !== i));
  const wanted: ContrastBatch = {
    ...pairs(query, key),
    keys: [key, tensor(values(together), [12, 4])],
    excluded: sparseExclusion(others),
  };
  const { batch } = part.pair(encoded, state, at(3));
  // unit rows in float64 instead of raw ones
  expect(loss.measure(batch).value).toBeCloseTo(loss.measure(wanted).value, 12);
  expect(batch.keys.map(({ shape }) => shape)).toEqual([
    [5, 4],
    [12, 4],
  ]);
});

test('the batch meets the queue as it was before it', () => {
  const part = queue({ capacity: 4 });
  const first = part.pair(exampleEncodedViews({ items: 2 }), part.start(), at(0));
  const second = part.pair(exampleEncodedViews({ items: 2, seed: 1 }), first.state, at(1));
  const unit = unitRows(exampleEncodedViews({ items: 2 }).views['view']![1]!.features).rows;
  expect([...values(first.batch.keys[1]!).subarray(0, 8)]).not.toEqual([...values(unit)]);
  expect([...values(second.batch.keys[1]!).subarray(0, 8)]).toEqual([...values(unit)]);
});

test('rows that nothing was written to are random negatives, or are left out', () => {
  const encoded = exampleEncodedViews({ items: 3 });
  const counts = [true, false].map((startRandom) => {
    const part = queue({ capacity: 8, startRandom });
    const first = part.pair(encoded, part.start(), at(0));
    const second = part.pair(encoded, first.state, at(1));
    return [first.batch, second.batch].map(({ keys }) => keys.slice(1).reduce((sum, { shape }) => sum + shape[0]!, 0));
  });
  expect(counts).toEqual([
    [8, 8],
    [0, 3],
  ]);
  const part = queue({ capacity: 8, startRandom: false });
  expect(loss.measure(part.pair(encoded, part.start(), at(0)).batch).value).toBe(0);
});

test('with no rows at all the batch gives the negatives', () => {
  const encoded = exampleEncodedViews({ items: 3 });
  const part = queue({ capacity: 0 });
  const [query, key] = encoded.views['view']!.map(({ features }) => features) as [Features, Features];
  const once = part.pair(encoded, part.start(), at(0));
  const { batch } = part.pair(encoded, once.state, at(1));
  expect(batch).toEqual({ ...pairs(query, key), frozen: [true] });
});

test('negatives are the queue, or the other keys of the batch as well', () => {
  const encoded = exampleEncodedViews({ items: 3 });
  const excluded = (negatives: 'queue' | 'queue-and-batch') => {
    const part = queue({ capacity: 2, negatives });
    return excludedOf(part.pair(encoded, part.start(), at(0)).batch);
  };
  expect(excluded('queue')).toEqual([
    [1, 2],
    [0, 2],
    [0, 1],
  ]);
  expect(excluded('queue-and-batch')).toEqual([[], [], []]);
});

test.each([
  // batch of b, d, and n without a class; the queue holds a, b, c and m, of classes 0, 1, 2 and none, in columns 3 .. 6
  { exclude: 'ids', columns: [[4], [], []] },
  { exclude: 'labels', columns: [[4], [3], []] },
  { exclude: 'nothing', columns: [[], [], []] },
] as const)('excluding $exclude takes the right rows out of the queue', ({ exclude, columns }) => {
  const part = queue({ capacity: 6, startRandom: true, exclude, negatives: 'queue-and-batch' });
  const { state } = part.pair(labeled({ a: 0, b: 1, c: 2, m: undefined }), part.start(), at(0));
  const { batch } = part.pair(labeled({ b: 1, d: 0, n: undefined }), state, at(1));
  expect(excludedOf(batch)).toEqual(columns);
});

test('a mixed query belongs to the keys of what it holds, and meets no older row of them', () => {
  const part = queue({ capacity: 3 });
  const { state } = part.pair(exampleEncodedViews({ items: 3 }), part.start(), at(0));
  const { batch } = part.pair(exampleEncodedViews({ items: 3, blends: [mixed] }), state, at(1));
  expect(batch.targets).toEqual(mixed);
  expect(excludedOf(batch)).toEqual([
    [1, 3, 5],
    [0, 2, 4],
    [0, 1, 5],
  ]);
});

test('the queue is frozen, and so are the keys of the batch unless gradients flow to them', () => {
  const encoded = exampleEncodedViews({ items: 3 });
  const frozen = (gradientToKeys: boolean) => {
    const part = queue({ capacity: 1500, gradientToKeys });
    return part.pair(encoded, part.start(), at(0)).batch.frozen;
  };
  expect(frozen(false)).toEqual([true, true, true]);
  expect(frozen(true)).toEqual([false, true, true]);
});

test('4096 queries that see their own key alone take some kilobytes for it, not 64 megabytes', () => {
  const part = queue({ capacity: 4096 });
  const encoded = exampleEncodedViews({ items: 4096, width: 2 });
  const { batch } = part.pair(encoded, part.start(), at(0));
  const { excluded } = batch;
  if (excluded.kind !== 'ranges') throw new TypeError(`expected ranges, got ${excluded.kind}`);
  // two ranges for each query but the first and the last, which have one
  expect(excluded.starts).toHaveLength(2 * 4096 - 2);
  expect(bytesOf(excluded)).toBeLessThan(96 * 1024);
  expect(excludedOf({ ...batch, queries: rows(2, 0, 0, 0, 0) })[1]!.slice(0, 3)).toEqual([0, 2, 3]);
});

test('a stored queue gives the same logits', () => {
  const part = queue({ capacity: 5 });
  const { state } = part.pair(exampleEncodedViews({ items: 4 }), part.start(), at(0));
  const next = exampleEncodedViews({ items: 4, seed: 1 });
  const { batch } = part.pair(next, state, at(1));
  for (const stored of [structuredClone(state), queueFromJson(JSON.parse(JSON.stringify(queueToJson(state))))]) {
    const again = part.pair(next, stored, at(1)).batch;
    expect(again.keys.map((block) => [...values(block)])).toEqual(batch.keys.map((block) => [...values(block)]));
    expect(excludedOf(again)).toEqual(excludedOf(batch));
  }
});

test('rows know when they came', () => {
  const part = queue({ capacity: 4 });
  const first = part.pair(exampleEncodedViews({ items: 2 }), part.start(), at(5));
  const second = part.pair(exampleEncodedViews({ items: 1 }), first.state, at(7));
  expect(queueAges(second.state, 8)).toEqual({ mean: (3 + 3 + 1) / 3, max: 3 });
});

test('keys may come from another role', () => {
  const encoded = exampleEncodedViews({ items: 2 });
  const momentum = exampleEncodedViews({ items: 2, views: 3, seed: 4 }).views['view']!;
  const both = { ...encoded, views: { ...encoded.views, momentum } };
  const part = queue({ capacity: 4, keyRole: 'momentum', keyView: 2, queryView: 1 });
  const { batch, state } = part.pair(both, part.start(), at(0));
  expect(batch.queries).toBe(encoded.views['view']![1]!.features);
  expect(batch.keys[0]).toBe(momentum[2]!.features);
  expect([...state.chunks[0]!.rows.subarray(0, 8)]).toEqual([...values(unitRows(momentum[2]!.features).rows)]);
  expect(() => queue({ keyView: 2 }).pair(encoded, part.start(), at(0))).toThrow(
    'queue: expected at least 3 views of role "view"',
  );
  expect(() => queue({ keyRole: 'other' }).pair(encoded, part.start(), at(0))).toThrow(
    'expected a role of the plan, got "other"',
  );
});

test('a step on a long queue costs its batch, not the queue', () => {
  const part = queue({ capacity: 65536, startRandom: false });
  const encoded = exampleEncodedViews({ items: 100, width: 8 });
  const { state } = part.pair(encoded, part.start(), at(0));
  const next = part.pair(encoded, state, at(1)).state;
  expect(next.chunks.filter((chunk, index) => chunk !== state.chunks[index])).toHaveLength(1);
});

function rows(d: number, ...numbers: number[]): Features {
  return features(Float64Array.from(numbers), numbers.length / d, d);
}

function ids(n: number, prefix: string): string[] {
  return Array.from({ length: n }, (_, i) => `${prefix}${i}`);
}

function viewsOf(first: Features, second: Features, prefix = ''): EncodedViews {
  return {
    items: ids(first.shape[0]!, prefix).map((id) => ({ id })),
    views: { view: [first, second].map((each) => ({ features: each, blend: { kind: 'identity' } })) },
  };
}

function labeled(labels: Readonly<Record<string, number | undefined>>): EncodedViews {
  const items = Object.entries(labels).map(([id, label]) => ({ id, ...(label !== undefined && { label }) }));
  return { ...exampleEncodedViews({ items: items.length }), items };
}

function bytesOf(lists: object): number {
  return Object.values(lists).reduce((sum, list) => sum + (list instanceof Int32Array ? list.buffer.byteLength : 0), 0);
}

function excludedOf(batch: ContrastBatch): number[][] {
  return Array.from({ length: batch.queries.shape[0]! }, (_, row) => {
    const found: number[] = [];
    eachExcluded(batch, row, (column) => found.push(column));
    return found;
  });
}
