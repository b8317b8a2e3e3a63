import { type Tensor, tensor, unstack, values } from '@viewforge/tensor';
import { exampleViewBatch, gradientError, matchers } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { mixRows, mixSources, mixValidRows, pullMixedRows } from './mix-rows.ts';

expect.extend(matchers);

const rows = tensor(Float64Array.of(1, 2, 3, 4, 5, 6), [3, 2]);

test('each item is w of itself and 1 - w of its partner, with one weight or one each', () => {
  expect([...values(mixRows(rows, [1, 2, 0], [0.25]))]).toEqual([2.5, 3.5, 4.5, 5.5, 2, 3]);
  expect([...values(mixRows(rows, [1, 2, 0], [1, 0.5, 0]))]).toEqual([1, 2, 4, 5, 1, 2]);
});

test('weight 1 copies the item and weight 0 the partner to the bit, not numbers included', () => {
  const odd = tensor(Float32Array.of(-0, Number.POSITIVE_INFINITY, Number.NaN, 1e-45), [2, 2]);
  expect(values(mixRows(odd, [1, 0], [1]))).toEqual(values(odd));
  expect(values(mixRows(odd, [1, 0], [0]))).toEqual(Float32Array.of(Number.NaN, 1e-45, -0, Number.POSITIVE_INFINITY));
});

test('exchanging the two sources and their weights changes nothing', () => {
  const { values: batch } = exampleViewBatch([4, 3, 5, 2]);
  const [one, other] = [0.3, 0.7].map((weight) => mixRows(batch, [3, 2, 1, 0], [weight]));
  for (let i = 0; i < 4; i++) expect(unstack(one!, i)).toBeCloseToTensor(unstack(other!, 3 - i), { absolute: 1e-6 }); // float32
});

test('numbers of float64 stay float64', () => {
  expect(values(mixRows(rows, [1, 2, 0], [1 / 3]))[0]).toBe((1 / 3) * 1 + (1 - 1 / 3) * 3);
});

test('a batch of any item shape, of one item and of items of one element', () => {
  expect(values(mixRows(tensor(Float32Array.of(5), [1, 1, 1, 1]), [0], [0.3]))).toEqual(Float32Array.of(5));
  expect(values(mixRows(tensor(Float32Array.of(1, 3), [2, 1, 1, 1]), [1, 0], [0.5]))).toEqual(Float32Array.of(2, 2));
});

test('sums of several rows', () => {
  const sources = [
    [
      [0, 0.5],
      [1, 0.25],
      [2, 0.25],
    ],
    [[2, 1]],
  ] as const;
  expect([...values(mixSources(rows, sources))]).toEqual([2.5, 3.5, 5, 6]);
});

test('sequences are mixed where both hold something, and stay as they are elsewhere', () => {
  const batch = tensor(Float64Array.of(1, 2, 3, 10, 20, 30), [2, 1, 3]);
  const mixed = values(mixValidRows(batch, [1, 0], [0.5], Uint8Array.of(1, 1, 0, 1, 0, 1)));
  expect([...mixed]).toEqual([5.5, 2, 3, 5.5, 20, 30]);
});

test('gradients go back to both sources by their weights', () => {
  const g = tensor(Float64Array.of(1, 10, 100), [3, 1]);
  const [partners, weights] = [[1, 2, 2], [0.75]];
  const pulled = pullMixedRows(g, partners, weights);
  expect([...values(pulled)]).toEqual([0.75, 0.25 + 7.5, 2.5 + 100]);
  const weighted = ([x]: readonly Tensor[]): number =>
    Array.from(values(mixRows(x!, partners, weights)), (value, i) => value * values(g)[i]!).reduce((sum, each) => sum + each, 0);
  expect(gradientError(weighted, [tensor(Float64Array.of(0.3, -1, 2), [3, 1])], [pulled]).worst).toBeLessThan(1e-6);
});
