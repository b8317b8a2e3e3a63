import type { EncodedViews } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';
import { axes, exampleFeatures, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { assignmentEntropy, createAssignmentEntropy } from '../index.ts';

const shares = rows([0.7, 0.2, 0.1], [0.2, 0.5, 0.3]);
const scores = rows(...[...Array(2).keys()].map((i) => [0, 1, 2].map((j) => Math.log(shares.get(i, j)))));

// scores that are logarithms of shares, at temperature 1
obeysMetricLaws(assignmentEntropy({ temperature: 1 }), [
  { encoded: oneView(scores), value: 0.132918, tolerance: 1e-6 },
  { encoded: oneView(rows([3, 1], [3, 1])), value: 0 },
]);

test('the entropy of the mean, and the mean entropy', async () => {
  const { parts } = await assignmentEntropy({ given: 'shares' }).measure(oneView(shares), running());
  expect(parts).toEqual({
    meanEntropy: expect.closeTo(0.915736, 6),
    entropyOfMean: expect.closeTo(1.048654, 6),
    outcomes: 3,
    balance: expect.closeTo(1.048654 / Math.log(3), 6),
  });
});

test('sure and balanced assignments say all there is to say: ln k', async () => {
  const { value, parts } = await assignmentEntropy({ given: 'shares' }).measure(oneView(axes(4)), running());
  expect(value).toBeCloseTo(Math.log(4), 12);
  expect(parts).toMatchObject({ meanEntropy: 0, balance: expect.closeTo(1, 12) });
});

test('a low temperature makes sure, a high one unsure, and neither overflows', async () => {
  const x = oneView(rows([900, -900, 0], [0, 1, 2]));
  expect((await assignmentEntropy({ temperature: 1e-3 }).measure(x, running())).parts['meanEntropy']).toBeCloseTo(0, 9);
  expect((await assignmentEntropy({ temperature: 1e9 }).measure(x, running())).value).toBeCloseTo(0, 9);
});

test.each([[[6]], [[1, 5]], [[2, 0, 3, 1]]])('batches of %j rows give one result to the last bit', (sizes) => {
  const x = features(values(exampleFeatures(6, 3)).map(Math.abs), 6, 3);
  const all = createAssignmentEntropy(3);
  let from = 0;
  for (const size of sizes) {
    all.add(features(values(x).slice(from * 3, (from + size) * 3), size, 3));
    from += size;
  }
  const whole = createAssignmentEntropy(3);
  whole.add(x);
  expect(all.result()).toEqual(whole.result());
});

test('accumulators of parts can be merged', () => {
  const [some, others] = [createAssignmentEntropy(3), createAssignmentEntropy(3)];
  some.add(rows([7, 2, 1]));
  others.add(rows([0.2, 0.5, 0.3], [0, 0, 0]));
  some.merge(others);
  expect(some.result()).toMatchObject({ value: expect.closeTo(0.132918, 6), n: 2, notes: [expect.stringContaining('sum to 0')] });
  others.add(rows([-1, 1, 1]));
  some.merge(others);
  expect(some.result().notes).toEqual(['shares are not all at least 0']);
});

test('shares are divided by their sum; what sums to 0 is left out', () => {
  const all = createAssignmentEntropy(3);
  all.add(rows([7, 2, 1], [0, 0, 0], [0.4, 1, 0.6]));
  expect(all.result()).toMatchObject({
    value: expect.closeTo(0.132918, 6),
    n: 2,
    notes: ['1 rows of shares that sum to 0 were left out'],
  });
});

test.each([
  [Number.NaN, 'features are not all finite numbers within 1e70'],
  [-0.5, 'shares are not all at least 0'],
])('a share of %d is no share', (broken, note) => {
  const all = createAssignmentEntropy(2);
  all.add(rows([broken, 1]));
  expect(all.result()).toEqual({ value: Number.NaN, n: 0, parts: {}, notes: [note] });
});

test('one outcome is balanced and says nothing', () => {
  const all = createAssignmentEntropy(1);
  all.add(rows([1], [1]));
  expect(all.result()).toMatchObject({ value: 0, parts: { balance: 1 } });
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function oneView(x: Features): EncodedViews {
  const items = Array.from({ length: x.shape[0]! }, (_, i) => ({ id: `${i}` }));
  return { items, views: { view: [{ features: x, blend: { kind: 'identity' } }] } };
}
