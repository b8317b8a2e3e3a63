import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, gradientError } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { combineRows } from './combine-rows.ts';

const [a, b] = [rows([1, 0, 2]), rows([0.5, 1, 2])];

test.each([
  ['subtract', 'sum', [0.5, 0, 0]],
  ['intersect', 'sum', [0.5, 0, 2]],
  ['unite', 'sum', [1.5, 1, 4]],
  ['unite', 'largest', [1, 1, 2]],
] as const)('%s (%s)', (operation, union, expected) => {
  expect([...values(combineRows(a, b, operation, union).rows)]).toEqual(expected);
});

describe.each([
  ['subtract', 'sum'],
  ['intersect', 'sum'],
  ['unite', 'sum'],
  ['unite', 'largest'],
] as const)('gradients of %s (%s)', (operation, union) => {
  test('agree with central differences where nothing is equal', () => {
    const inputs = [1, 2].map((seed) => tensor(values(exampleFeatures(4, 3, seed)).map(Math.abs), [4, 3])).map(doubles);
    const weights = doubles(exampleFeatures(4, 3, 3));
    const value = ([left, right]: readonly Features[]) =>
      Float64Array.from(values(combineRows(left!, right!, operation, union).rows)).reduce(
        (sum, each, at) => sum + each * values(weights)[at]!,
        0,
      );
    const { a: toA, b: toB } = combineRows(inputs[0]!, inputs[1]!, operation, union).pullback(weights);
    expect(gradientError(value, inputs, [toA, toB]).worst).toBeLessThan(1e-8);
  });

  test('go to a where both are equal, but none through the corner of a difference', () => {
    const pulled = combineRows(rows([2]), rows([2]), operation, union).pullback(rows([3]));
    const expected = operation === 'subtract' ? [0, 0] : [3, union === 'sum' && operation === 'unite' ? 3 : 0];
    expect([pulled.a.get(0, 0), Math.abs(pulled.b.get(0, 0))]).toEqual(expected);
  });
});

test('the difference and what is in both are the whole', () => {
  const [left, right] = [1, 2].map((seed) => doubles(tensor(values(exampleFeatures(4, 3, seed)).map(Math.abs), [4, 3]))) as [
    Features,
    Features,
  ];
  const both = combineRows(left, right, 'intersect').rows;
  const whole = combineRows(combineRows(left, both, 'subtract').rows, both, 'unite').rows;
  values(whole).forEach((each, at) => {
    expect(each).toBeCloseTo(values(left)[at]!, 12);
  });
});

test('rows in float32 stay float32; no rows give none; others are refused', () => {
  const narrow = combineRows(exampleFeatures(2, 3, 1), exampleFeatures(2, 3, 2), 'unite');
  expect(narrow.rows.data).toBeInstanceOf(Float32Array);
  expect(narrow.pullback(exampleFeatures(2, 3, 3)).b.data).toBeInstanceOf(Float32Array);
  expect(combineRows(exampleFeatures(0, 3), exampleFeatures(0, 3), 'unite').rows.shape).toEqual([0, 3]);
  expect(() => combineRows(a, rows([1, 2, 3], [1, 2, 3]), 'unite')).toThrow('expected rows of [1,3], got [2,3]');
  expect(() => combineRows(a, rows([1, 2]), 'unite')).toThrow('expected rows of [n, 3], got [1,2]');
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}

function doubles(of: Features): Features {
  return tensor(Float64Array.from(values(of)), of.shape);
}
