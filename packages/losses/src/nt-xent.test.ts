import { type EncodedViews, sparseWeights } from '@viewforge/core';
import { bothWays } from '@viewforge/pairings';
import { type Features, features, values } from '@viewforge/tensor';
import { exampleEncodedViews, matchers, obeysLossLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { infoNce, ntXent } from './index.ts';

expect.extend(matchers);
obeysLossLaws(ntXent());

const progress = { epoch: 0, step: 0, fraction: 0 };

test('two views of two items', () => {
  const { batch, pullback } = bothWays().pair(viewsOf([1, 0.2, -0.5, 1], [0.9, 0.4, -0.2, 0.8]), null, progress);
  const { value, gradients } = ntXent({ temperature: 0.5 }).differentiate(batch);
  const [first, second] = pullback(gradients)['view']!;
  expect(value).toBeCloseTo(0.239206, 6);
  expect(first).toBeCloseToTensor([-0.023451, 0.117257, 0.098255, 0.049128], 1e-6);
  expect(second).toBeCloseToTensor([-0.122465, 0.275546, 0.348359, 0.08709], 1e-6);
});

test('one item has nothing to be told from: exactly 0', () => {
  const { batch, pullback } = bothWays().pair(viewsOf([1, 0.2], [0.3, 1]), null, progress);
  const found = ntXent().differentiate(batch);
  expect(found.value).toBe(0);
  expect([...values(pullback(found.gradients)['view']![0]!)]).toEqual([0, 0]);
});

test('the order of the views does not matter', () => {
  const encoded = exampleEncodedViews({ views: 3 });
  const turned = { ...encoded, views: { view: [...encoded.views['view']!].reverse() } };
  const [there, back] = [encoded, turned].map((each) => ntXent().measure(bothWays().pair(each, null, progress).batch).value);
  expect(there).toBeCloseTo(back!, 12);
});

test('of two views it is InfoNCE', () => {
  const { batch } = bothWays().pair(exampleEncodedViews(), null, progress);
  expect(ntXent({ temperature: 0.3 }).measure(batch).value).toBe(infoNce({ temperature: 0.3 }).measure(batch).value);
});

test('with several positives it is the mean over them, or takes them together', () => {
  const { batch } = bothWays().pair(exampleEncodedViews({ views: 3 }), null, progress);
  for (const positives of ['each', 'apart', 'sum'] as const) {
    expect(ntXent({ temperature: 0.3, positives }).measure(batch).value).toBe(
      infoNce({ temperature: 0.3, positives }).measure(batch).value,
    );
  }
});

test('of mixed inputs it weighs the loss against each source by its share', () => {
  const { batch } = bothWays().pair(exampleEncodedViews(), null, progress);
  const rows = batch.queries.shape[0]!;
  const n = rows / 2;
  const [own, other] = [(row: number) => (row + n) % rows, (row: number) => ((row + n + 1) % n) + (row < n ? n : 0)];
  const towards = (partner: (row: number) => number) =>
    ntXent().measure({ ...batch, targets: sparseWeights(Array.from({ length: rows }, (_, row) => [[partner(row), 1]])) }).value;
  const mixed = sparseWeights(
    Array.from({ length: rows }, (_, row) => [
      [own(row), 0.7],
      [other(row), 0.3],
    ]),
  );
  expect(ntXent().measure({ ...batch, targets: mixed }).value).toBeCloseTo(0.7 * towards(own) + 0.3 * towards(other), 6); // float32 shares
});

function viewsOf(...views: readonly (readonly number[])[]): EncodedViews {
  const rows = views.map((each): Features => features(Float64Array.from(each), each.length / 2, 2));
  return {
    items: Array.from({ length: rows[0]!.shape[0]! }, (_, i) => ({ id: `${i}` })),
    views: { view: rows.map((each) => ({ features: each, blend: { kind: 'identity' } })) },
  };
}
