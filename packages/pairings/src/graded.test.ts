import { type ContrastBatch, type EncodedViews, eachExcluded, eachWeight, sparseWeights } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { softmax } from '@viewforge/tensor';
import { exampleEncodedViews, obeysPairingLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { graded } from './graded.ts';

const progress = { epoch: 0, step: 0, fraction: 0 };
const mixed = sparseWeights([
  [
    [0, 0.75],
    [2, 0.25],
  ],
  [[1, 1]],
  [[2, 1]],
]);
const duplicates = ['a', 'b', 'a'];

for (const others of ['grade-zero', 'negatives', 'unseen'] as const) {
  obeysPairingLaws(graded({ others }), [
    lists(3, 4),
    lists(3, 2, { ids: duplicates }),
    lists(3, 2, { blends: [mixed] }),
    exampleEncodedViews({ items: 2, views: 3 }),
  ]);
}

test('documents of other items have grade 0', () => {
  const { batch } = graded().pair(lists(2, 4), null, progress);
  // columns: document 0 of both items, document 1 of both, ...
  const wanted = [...softmax([3, 0, 2, 0, 1, 0, 0, 0])];
  expect(weightsOf(batch, 0)).toEqual(wanted.map((each) => expect.closeTo(each, 12)));
  expect(weightsOf(batch, 1)).toEqual([1, 0, 3, 2, 5, 4, 7, 6].map((column) => expect.closeTo(wanted[column]!, 12)));
  expect(batch.excluded).toEqual({ kind: 'none' });
});

test('or they are negatives, or not seen at all', () => {
  const wanted = [0.643914, 0, 0.236883, 0, 0.087144, 0, 0.032059, 0]; // softmax of 3, 2, 1, 0
  for (const others of ['negatives', 'unseen'] as const) {
    const { batch } = graded({ others }).pair(lists(2, 4), null, progress);
    expect(weightsOf(batch, 0)).toEqual(wanted.map((each) => expect.closeTo(each, 6)));
    expect(excludedOf(batch, 0)).toEqual(others === 'unseen' ? [1, 3, 5, 7] : []);
  }
});

test('grades are given in the order of the views, 0 beyond the list', () => {
  const { batch } = graded({ grades: [0, 5], temperature: 2, others: 'unseen' }).pair(lists(1, 3), null, progress);
  const wanted = [...softmax([0, 2.5, 0])];
  expect(weightsOf(batch, 0)).toEqual(wanted.map((each) => expect.closeTo(each, 6)));
});

test('a query that agrees with its grades has their entropy as loss', () => {
  // cosines of a query to its documents are their grades, up to a constant
  const grades = [0.9, 0.5, 0.1];
  const query = { features: rowsOf([1, 0]), blend: { kind: 'identity' as const } };
  const documents = grades.map((grade) => ({ ...query, features: rowsOf([grade, Math.sqrt(1 - grade * grade)]) }));
  const encoded = { items: [{ id: 'a' }], views: { query: [query], document: documents } };
  const { batch } = graded({ grades, others: 'unseen' }).pair(encoded, null, progress);
  const target = softmax(grades);
  const entropy = -target.reduce((sum, share) => sum + share * Math.log(share), 0);
  expect(infoNce({ temperature: 1 }).measure(batch).value).toBeCloseTo(entropy, 6); // float32 targets
});

test('documents of a duplicate are not seen, and by labels those of the class are not', () => {
  const encoded = lists(3, 2, { ids: duplicates });
  const labeled = { ...encoded, items: encoded.items.map(({ id }, i) => ({ id, label: [0, 0, 1][i]! })) };
  for (const others of ['grade-zero', 'negatives'] as const) {
    const by = (exclude: 'ids' | 'labels' | 'nothing') =>
      excludedOf(graded({ others, exclude }).pair(labeled, null, progress).batch, 0);
    expect([by('ids'), by('labels'), by('nothing')]).toEqual([[2, 5], [1, 4], []]);
  }
});

test('a mixed query belongs to the lists of what it holds', () => {
  const { batch } = graded({ grades: [1, 0], others: 'unseen' }).pair(lists(3, 2, { blends: [mixed] }), null, progress);
  const [better, worse] = softmax([1, 0]) as unknown as [number, number];
  const wanted = [0.75 * better, 0, 0.25 * better, 0.75 * worse, 0, 0.25 * worse];
  expect(weightsOf(batch, 0)).toEqual(wanted.map((each) => expect.closeTo(each, 6)));
  expect(excludedOf(batch, 0)).toEqual([1, 4]);
});

test('documents are the second role, the role that is named, or the views after the first', () => {
  const encoded = lists(2, 3);
  const keysOf = (options: Parameters<typeof graded>[0], views: EncodedViews) =>
    graded(options).pair(views, null, progress).batch.keys;
  const features = (role: string) => encoded.views[role]!.map((view) => view.features);
  expect(keysOf({}, encoded)).toEqual(features('document'));
  expect(keysOf({ role: 'document', documentRole: 'view' }, encoded)).toEqual(features('view'));
  expect(keysOf({ role: 'document', documentRole: 'document' }, encoded)).toEqual(features('document').slice(1));
  const alone = exampleEncodedViews({ items: 2, views: 1 });
  expect(() => keysOf({}, alone)).toThrow('graded: expected at least 2 views of role "view", got 1');
});

/** One view of each item that asks, and a list of documents. */
function lists(items: number, documents: number, about: Parameters<typeof exampleEncodedViews>[0] = {}): EncodedViews {
  const asking = exampleEncodedViews({ items, views: 1, ...about });
  return {
    ...asking,
    views: { ...asking.views, document: exampleEncodedViews({ items, views: documents, seed: 1 }).views['view']! },
  };
}

function rowsOf(row: readonly number[]) {
  const { features } = exampleEncodedViews({ items: 1, width: row.length, views: 1 }).views['view']![0]!;
  features.data.set(row);
  return features;
}

function weightsOf(batch: ContrastBatch, row: number): number[] {
  const weights = Array<number>(batch.keys.reduce((sum, { shape }) => sum + shape[0]!, 0)).fill(0);
  eachWeight(batch.targets, row, (column, weight) => {
    weights[column] = weight;
  });
  return weights;
}

function excludedOf(batch: ContrastBatch, row: number): number[] {
  const found: number[] = [];
  eachExcluded(batch, row, (column) => found.push(column));
  return found;
}
