import type { EncodedViews } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { axes, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { retrieval, retrievalOf } from './index.ts';

obeysMetricLaws(retrieval(), [
  { encoded: viewsOf([axes(4), axes(4)]), value: 1 },
  // rows of view 0 find their own in view 1 but for the last, whose nearest is the first; back, all but the first do
  { encoded: viewsOf([rows([1, 0], [0, 1], [1, 0.1]), rows([1, 0.05], [0.1, 1], [0.5, 1])]), value: 3 / 6 },
]);

test('a tie is a wrong answer, so collapsed features find nothing', () => {
  const same = rows([1, 1], [2, 2], [3, 3]);
  expect(retrievalOf(same, same)).toEqual({ top1: 0, top5: 1, meanReciprocalRank: expect.closeTo(1 / 3, 12), n: 3 });
});

test('ranks are worked out by cosine', () => {
  // before their own, row 0 finds key 1, row 1 finds key 0 and ties with key 2, row 2 finds none
  const found = retrievalOf(rows([1, 0], [0, 9], [-1, 0]), rows([0, 1], [1, 0], [-5, 0]));
  expect(found).toEqual({
    top1: expect.closeTo(1 / 3, 12),
    top5: 1,
    meanReciprocalRank: expect.closeTo((1 / 2 + 1 / 3 + 1) / 3, 12),
    n: 3,
  });
});

test('another item of the same id is no wrong answer', () => {
  const [queries, keys] = [rows([1, 0], [1, 0], [0, 1]), rows([1, 0], [1, 0], [0, 1])];
  expect(retrievalOf(queries, keys).top1).toBeCloseTo(1 / 3, 12);
  expect(retrievalOf(queries, keys, ['a', 'a', 'b']).top1).toBe(1);
});

test('rows of length 0 neither search nor are found', async () => {
  const { value, n, notes } = await retrieval().measure(
    viewsOf([rows([1, 0], [0, 0], [0, 1]), rows([1, 0], [1, 1], [0, 1])]),
    running(),
  );
  expect([value, n, notes]).toEqual([1, 4, ['1 rows of length 0 were left out']]);
});

test('chance is one in so many items', async () => {
  expect((await retrieval().measure(viewsOf([axes(4), axes(4)]), running())).parts['chance']).toBe(1 / 4);
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function viewsOf(views: readonly Features[]): EncodedViews {
  return {
    items: Array.from({ length: views[0]!.shape[0]! }, (_, i) => ({ id: `${i}` })),
    views: { view: views.map((each) => ({ features: each, blend: { kind: 'identity' } })) },
  };
}
