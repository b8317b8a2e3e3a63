import { type Features, features, values } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { add, identity, inv, multiply, transpose } from 'mathjs';
import { expect, test } from 'vitest';
import { createRidge, oneHot, ridgeAccuracy, ridgeLeaveOneOut, ridgeWeights } from '../index.ts';
import { rowsAt } from '../rows.ts';

const x = rows([1, 0], [0, 1], [1, 1]);
const labels = [0, 1, 0];

test('three rows of two classes', () => {
  const weights = ridgeWeights(x, oneHot(labels, [0, 1]), 1);
  expect([...values(weights)]).toEqual([0.625, -0.125, 0.125, 0.375].map((each) => expect.closeTo(each, 12)));
  expect(weights.shape).toEqual([2, 2]);
  expect(ridgeAccuracy(weights, x, labels)).toEqual({ value: 1, n: 3, parts: {}, notes: [] });
  expect(ridgeAccuracy(weights, x, [1, 1, 0]).value).toBeCloseTo(2 / 3, 12);
});

test.each([
  [7, 3],
  [3, 7],
])('rows [%i, %i]: weights are those of the inverse that mathjs finds', (n, d) => {
  const [rows, targets] = [exampleFeatures(n, d, 1), exampleFeatures(n, 2, 2)];
  const [a, b] = [listsOf(rows), listsOf(targets)];
  const moments = add(multiply(transpose(a), a), multiply(0.3, identity(d))) as never;
  const expected = (multiply(inv(moments), multiply(transpose(a), b)) as unknown as { valueOf(): number[][] }).valueOf();
  const found = listsOf(ridgeWeights(rows, targets, 0.3));
  expect(found).toEqual(expected.map((row) => row.map((each) => expect.closeTo(each, 9))));
});

test.each([[[6]], [[1, 5]], [[2, 0, 3, 1]]])('batches of %j rows give one result to the last bit', (sizes) => {
  const [rows, targets] = [exampleFeatures(6, 4, 1), exampleFeatures(6, 3, 2)];
  const all = createRidge({ d: 4, m: 3, strength: 0.5 });
  let from = 0;
  for (const size of sizes) {
    const part = (of: Features, d: number) => features(values(of).slice(from * d, (from + size) * d), size, d);
    all.add({ x: part(rows, 4), y: part(targets, 3) });
    from += size;
  }
  expect(values(all.result())).toEqual(values(ridgeWeights(rows, targets, 0.5)));
});

test('accumulators of parts can be merged', () => {
  const [some, others] = [createRidge({ d: 2, m: 2 }), createRidge({ d: 2, m: 2 })];
  some.add({ x: rows([1, 0]), y: rows([1, 0]) });
  others.add({ x: rows([0, 1], [1, 1]), y: rows([0, 1], [1, 0]) });
  some.merge(others);
  expect([...values(some.result())]).toEqual([0.625, -0.125, 0.125, 0.375].map((each) => expect.closeTo(each, 12)));
});

test('leaving one out is what a regression of all others does, row by row', () => {
  const [n, d] = [14, 5];
  for (const strength of [0.1, 1, 10]) {
    const all = exampleFeatures(n, d, 3);
    const classes = Array.from({ length: n }, (_, i) => i % 3);
    let right = 0;
    for (let i = 0; i < n; i++) {
      const others = [...Array(n).keys()].filter((j) => j !== i);
      const train = rows(...others.map((j) => listsOf(all)[j]!));
      const weights = ridgeWeights(
        train,
        oneHot(
          others.map((j) => classes[j]!),
          [0, 1, 2],
        ),
        strength,
      );
      right += ridgeAccuracy(weights, rows(listsOf(all)[i]!), [classes[i]!]).value;
    }
    expect(ridgeLeaveOneOut(all, classes, strength)).toEqual({ value: right / n, n, parts: {}, notes: [] });
  }
});

test('a tie goes to the lower class, and columns may have names', () => {
  const even = features(new Float64Array(4), 2, 2);
  expect(ridgeAccuracy(even, x, [0, 0, 1]).value).toBeCloseTo(2 / 3, 12);
  expect(ridgeAccuracy(even, x, [7, 7, 9], [7, 9]).value).toBeCloseTo(2 / 3, 12);
});

test('nothing, and what is no number, has a note', () => {
  const none = features(new Float64Array(0), 0, 2);
  expect(ridgeLeaveOneOut(none, []).notes).toEqual(['a probe that leaves one row out needs two']);
  expect(ridgeLeaveOneOut(rows([Number.NaN], [1]), [0, 1]).value).toBeNaN();
  expect(ridgeAccuracy(ridgeWeights(x, oneHot(labels, [0, 1])), none, [])).toMatchObject({ value: Number.NaN, n: 0 });
  expect([...values(createRidge({ d: 2, m: 1 }).result())]).toEqual([0, 0]);
  expect(createRidge({ d: 0, m: 1 }).result().shape).toEqual([0, 1]);
});

test('rows with a label below 0 are no class of their own', () => {
  const [x, labels] = [exampleFeatures(9, 3), [0, 1, -1, 0, 1, 1, -1, 0, 1]];
  const known = [0, 1, 3, 4, 5, 7, 8];
  const some = ridgeLeaveOneOut(
    rowsAt(x, known),
    known.map((row) => labels[row]!),
  );
  expect(ridgeLeaveOneOut(x, labels)).toEqual(some);
  const weights = ridgeWeights(x, oneHot(labels, [0, 1]));
  expect(ridgeAccuracy(weights, x, labels)).toEqual(
    ridgeAccuracy(
      weights,
      rowsAt(x, known),
      known.map((row) => labels[row]!),
    ),
  );
});

test('what does not fit is named', () => {
  expect(() => ridgeWeights(x, rows([1]))).toThrow('expected targets of 3 rows, got [1,1]');
  expect(() => ridgeWeights(rows([Number.NaN]), rows([1]))).toThrow('expected finite numbers');
  expect(() => ridgeWeights(x, x, 0)).toThrow('expected a strength above 0, got 0');
  expect(() => ridgeWeights(rows([1, 1]), rows([1]), 1e-30)).toThrow('expected a strength that rounding does not swallow');
  expect(() => ridgeAccuracy(x, x, [0])).toThrow('expected 3 labels, one a row, got 1');
});

function listsOf(all: Features): number[][] {
  const [n, d] = all.shape as [number, number];
  return Array.from({ length: n }, (_, i) => Array.from({ length: d }, (_, j) => all.get(i, j)));
}

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
