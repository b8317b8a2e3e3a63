import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';
import { exampleBatches, numericGradient, obeysLossLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { circle } from './circle.ts';

obeysLossLaws(circle({ scale: 4, margin: 0.25 }));
// a scale of 80 curves the loss so much that central differences keep five digits
obeysLossLaws(circle({ scale: 16 }));

const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);
const first = (query: Features, keys: Features): ContrastBatch => ({ ...pairs(query, keys), targets: sparseWeights([[[0, 1]]]) });

test('a positive of cosine 1 and a negative of 0 are both a margin from their optimum', () => {
  const { value } = circle().measure(first(rows([1, 0]), rows([3, 0], [0, 2])));
  // 80 * 0.4 * (0 - 0.4) of each
  expect(value).toBeCloseTo(Math.log1p(Math.exp(2 * -12.8)), 20);
});

test('a positive of cosine 0.6 beside a negative of 0.8', () => {
  const { value } = circle({ margin: 0.25, scale: 10 }).measure(first(rows([1, 0]), rows([0.6, 0.8], [0.8, 0.6])));
  const far = 10 * (0.8 + 0.25) * (0.8 - 0.25);
  const near = -10 * (1.25 - 0.6) * (0.6 - 0.75);
  expect(value).toBeCloseTo(Math.log1p(Math.exp(far + near)), 12);
});

test('weights are held: the gradient is not that of the value', () => {
  const { batch } = exampleBatches()[0]!;
  const loss = circle({ scale: 4 });
  const { gradients } = loss.differentiate(batch);
  const through = numericGradient(([queries]) => loss.measure({ ...batch, queries: queries! }).value, [batch.queries], 0);
  expect(Math.max(...through.map((each, i) => Math.abs(each - values(gradients.queries!)[i]!)))).toBeGreaterThan(0.01);
  expect(loss.measureHeld!(batch, batch)).toEqual(loss.measure(batch));
});

test('a query without negatives is in place', () => {
  expect(circle().measure(pairs(rows([1, 0]), rows([-1, 0]))).value).toBe(0);
});

test.each([-1.1, 1.1])('a margin of %d, which no pair could have, is refused', (margin) => {
  expect(() => circle({ margin })).toThrow(expect.objectContaining({ code: 'OPTION' }));
});
