import { type ContrastBatch, defineLoss, pairs } from '@viewforge/core';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { smoothnessOf } from '../index.ts';

test('a bowl rises by c |z| r + c r^2 / 2 for each row, and curves by c', () => {
  const queries = rows([3, 4], [0, 2]); // lengths 5 and 2
  const { sharpness, curvature, loss, n } = smoothnessOf(bowl(3), pairs(queries, queries));
  expect(loss).toBeCloseTo((3 * (25 + 4)) / 4, 12);
  expect(sharpness).toBeCloseTo((3 * (5 + 2) * 0.05) / 2 + (3 * 0.05 ** 2) / 2, 12);
  expect(curvature).toBeCloseTo(3, 5); // 1e-16 of a loss of 22, divided by 1e-6
  expect(n).toBe(2);
});

test('the radius is a choice', () => {
  const queries = rows([1, 0]);
  expect(smoothnessOf(bowl(2), pairs(queries, queries), { radius: 0.5 }).sharpness).toBeCloseTo(2 * 0.5 + 0.25, 12);
});

test('a step of its own gives the curvature', () => {
  const queries = rows([1, 0]);
  expect(smoothnessOf(bowl(2), pairs(queries, queries), { step: 0.1 }).curvature).toBeCloseTo(2, 10);
});

test('a row without a gradient stays where it is', () => {
  const queries = rows([0, 0], [1, 0]);
  const { sharpness, n } = smoothnessOf(bowl(1), pairs(queries, queries));
  expect(sharpness).toBeCloseTo((0.05 + 0.05 ** 2 / 2) / 2, 12);
  expect(n).toBe(1);
  const flat = smoothnessOf(bowl(0), pairs(queries, queries));
  expect([flat.sharpness, flat.curvature, flat.n]).toEqual([0, 0, 0]);
});

test('a gradient so small that its square vanishes has a direction all the same', () => {
  const queries = rows([1, 0]);
  const { sharpness } = smoothnessOf(bowl(1e-200), pairs(queries, queries));
  expect(sharpness / 1e-200).toBeCloseTo(0.05 + 0.05 ** 2 / 2, 12);
});

test('queries in float32 are moved in float64', () => {
  const wide = exampleFeatures(4, 3);
  const narrow = tensor(Float32Array.from(wide.data), [4, 3]);
  const rounded = tensor(Float64Array.from(narrow.data), [4, 3]);
  expect(smoothnessOf(bowl(1), pairs(narrow, narrow))).toEqual(smoothnessOf(bowl(1), pairs(rounded, rounded)));
});

test('keys stay, and so does the batch', () => {
  const queries = rows([3, 4]);
  const seen: ContrastBatch[] = [];
  smoothnessOf(
    bowl(1, (batch) => seen.push(batch)),
    pairs(queries, queries),
  );
  expect(seen.every(({ keys }) => keys[0] === queries)).toBe(true);
  expect([...queries.data]).toEqual([3, 4]);
});

test.each([
  ['no queries', features(new Float64Array(0), 0, 2), bowl(1), 'smoothness needs a query'],
  ['a loss that is not finite', rows([Number.NaN, 1]), bowl(1), 'the loss is not a finite number'],
])('%s: NaN with a note', (_, queries, loss, note) => {
  expect(smoothnessOf(loss, pairs(queries, queries))).toEqual({
    sharpness: Number.NaN,
    curvature: Number.NaN,
    loss: Number.NaN,
    n: 0,
    notes: [note],
  });
});

test('a loss without gradients for queries says so', () => {
  const blind = { ...bowl(1), differentiate: (batch: ContrastBatch) => ({ ...bowl(1).measure(batch), gradients: {} }) };
  expect(smoothnessOf(blind, pairs(rows([1, 1]), rows([1, 1])))).toMatchObject({
    sharpness: Number.NaN,
    loss: 1,
    notes: ['the loss has no gradient for queries'],
  });
});

/** The mean over queries of c |z|^2 / 2. */
function bowl(c: number, watch: (batch: ContrastBatch) => void = () => {}) {
  const report = (batch: ContrastBatch) => {
    watch(batch);
    const n = batch.queries.shape[0]!;
    const squares = Array.from(values(batch.queries)).reduce((sum, each) => sum + each * each, 0);
    return { value: (c * squares) / (2 * n), perQuery: new Float64Array(0), parts: {} };
  };
  return defineLoss({
    name: 'smoothness',
    summary: 'Measure the mean squared length.',
    options: z.object({}),
    measure: report,
    differentiate: (batch) => ({
      ...report(batch),
      gradients: {
        queries: tensor(
          Float64Array.from(values(batch.queries), (each) => (c * each) / batch.queries.shape[0]!),
          batch.queries.shape,
        ),
      },
    }),
  })();
}

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
