import { createRandom, permutation } from '@viewforge/random';
import { features } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { createRowImportance, type MemoryOptions, type RankedMemory, rankedRows, rowImportanceOf } from '../index.ts';

const query: RankedMemory = { order: [0, 1, 2], worth: [1, 0, 1] };
const half = [0.5, 0.5, 0.5];

test.each([
  [1, 0.625, [0.75, -0.25, 0.25]],
  [2, 0.4375, [0.375, -0.125, 0.375]],
])('three rows half in the memory, of which %i are read', (count, utility, importance) => {
  const found = rowImportanceOf([query], { count, weights: half });
  expect(found.utility).toBeCloseTo(utility, 12);
  expect([...found.importance]).toEqual(importance.map((each) => expect.closeTo(each, 12)));
});

test.each([
  [1, 1],
  [5, 2],
  [8, 3],
  [9, 9],
  [6, 12],
])('%i rows of which %i are read agree with all memories there can be', (n, count) => {
  const random = createRandom('memories').fork(n, count);
  const weights = Float64Array.from({ length: n }, () => random.uniform(0, 1));
  const queries = [1, 2, 3].map(() => ({
    order: permutation(random, n),
    worth: Float64Array.from({ length: n }, () => random.uniform(-1, 1)),
  }));
  const found = rowImportanceOf(queries, { count, weights });
  const exact = (each: ArrayLike<number>) => queries.reduce((sum, one) => sum + bruteForce(one, { count, weights: each }), 0) / 3;
  expect(found.utility).toBeCloseTo(exact(weights), 12);
  found.importance.forEach((importance, row) => {
    const fixed = (weight: number) => weights.map((each, other) => (other === row ? weight : each));
    expect(importance).toBeCloseTo(exact(fixed(1)) - exact(fixed(0)), 12);
  });
});

test('rows that are never ranked are worth nothing', () => {
  const found = rowImportanceOf([{ order: [2], worth: [1, 1, 1] }], { count: 1, weights: half });
  expect([...found.importance]).toEqual([0, 0, 1]);
});

test('a row behind K certain ones is worth nothing', () => {
  expect([...rowImportanceOf([query], { count: 1, weights: [1, 1, 1] }).importance]).toEqual([1, 0, 0]);
});

test('queries taken in by two accumulators and merged give what one would', () => {
  const queries: RankedMemory[] = [query, { order: [2, 0, 1], worth: [0, 1, 1] }, { order: [1, 2, 0], worth: [1, 1, 0] }];
  const options = { count: 2, weights: [0.2, 0.9, 0.4] };
  const [first, second] = [createRowImportance(options), createRowImportance(options)];
  first.add(queries[0]!);
  second.add(queries[1]!);
  second.add(queries[2]!);
  first.merge(second);
  const [found, whole] = [first.result(), rowImportanceOf(queries, options)];
  expect(found.utility).toBeCloseTo(whole.utility, 12);
  expect([...found.importance]).toEqual([...whole.importance].map((each) => expect.closeTo(each, 12)));
  expect(found.n).toBe(3);
});

test('without queries there is nothing to say', () => {
  const { utility, importance, n, notes } = rowImportanceOf([], { count: 1, weights: half });
  expect([utility, ...importance, n]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN, 0]);
  expect(notes).toEqual(['importance needs a query']);
});

test('rows are ranked by cosine, ties in their order', () => {
  const memory = features(Float64Array.of(0, 1, 5, 0, 1, 1, 2, 0), 4, 2);
  expect(rankedRows(features(Float64Array.of(1, 0, 0, 3), 2, 2), memory).map((order) => [...order])).toEqual([
    [1, 3, 2, 0],
    [0, 2, 1, 3],
  ]);
});

test.each([
  [[0, 5], [0.5, 0.5], 'expected rows of 2, each once, got 5'],
  [[1, 1], [0.5, 0.5], 'expected rows of 2, each once, got 1'],
  [[0, 1], [0.5, 2], 'expected weights in [0, 1], got 2'],
])('order %j with weights %j is an error, not NaN', (order, weights, message) => {
  expect(() => rowImportanceOf([{ order, worth: [1, 1] }], { count: 1, weights })).toThrow(message);
});

test('the worth of other rows, and a count of 0, are errors', () => {
  expect(() => rowImportanceOf([{ order: [0], worth: [1] }], { count: 1, weights: half })).toThrow(
    'expected the worth of 3 rows, got 1',
  );
  expect(() => createRowImportance({ count: 0, weights: half })).toThrow(
    'row-importance: expected a count that is a whole number above 0, got 0',
  );
});

/** The expectation over all 2^n memories. */
function bruteForce({ order, worth }: RankedMemory, { count, weights }: MemoryOptions): number {
  const n = weights.length;
  let sum = 0;
  for (let memory = 0; memory < 2 ** n; memory++) {
    let probability = 1;
    for (let row = 0; row < n; row++) probability *= (memory >> row) & 1 ? weights[row]! : 1 - weights[row]!;
    const read = Array.from(order)
      .filter((row) => (memory >> row) & 1)
      .slice(0, count);
    sum += (probability * read.reduce((all, row) => all + worth[row]!, 0)) / count;
  }
  return sum;
}
