import { describe, expect, test } from 'vitest';
import { sinkhorn } from './sinkhorn.ts';
import { type Features, features, values } from './tensor.ts';

const scores = rows([0.9, 0.1], [0.8, 0.2], [0.3, 0.7]);

test.each([
  [0.5, [0.706238, 0.293762, 0.617082, 0.382918, 0.179047, 0.820953]],
  [0.05, [0.999972, 0.000028, 0.998482, 0.001518, 0.000001, 0.999999]],
])('three rows and two columns at epsilon %d', (epsilon, expected) => {
  const found = sinkhorn(scores, { epsilon, iterations: 3 });
  expect([...values(found)]).toEqual(expected.map((share) => expect.closeTo(share, 6)));
});

test('columns come to equal sums with many iterations, rows always to 1', () => {
  expect(columnSums(sinkhorn(scores, { epsilon: 0.5, iterations: 3 }))).toEqual([
    expect.closeTo(1.502366, 6),
    expect.closeTo(1.497634, 6),
  ]);
  expect(columnSums(sinkhorn(scores, { epsilon: 0.5, iterations: 200 }))).toEqual([
    expect.closeTo(1.5, 12),
    expect.closeTo(1.5, 12),
  ]);
  const few = sinkhorn(rows([3, 1, 2, 0], [0, 5, 1, 1]), { epsilon: 0.05, iterations: 1 });
  expect([0, 1].map((i) => sumOfRow(few, i))).toEqual([expect.closeTo(1, 14), expect.closeTo(1, 14)]);
});

test('one column takes every row whole', () => {
  expect([...values(sinkhorn(rows([3], [-8]), { epsilon: 0.05, iterations: 3 }))]).toEqual([1, 1]);
});

test('one row goes to all columns alike, whatever its scores', () => {
  const found = sinkhorn(rows([5, -2, 0.3]), { epsilon: 0.05, iterations: 1 });
  expect([...values(found)]).toEqual([1, 1, 1].map((share) => expect.closeTo(share / 3, 14)));
});

describe('extremes', () => {
  test('exponentials that would overflow or vanish leave shares that sum to 1', () => {
    const found = sinkhorn(rows([1e6, -1e6], [-1e6, 1e6], [1e6, 0]), { epsilon: 1e-3, iterations: 3 });
    expect(values(found).every(Number.isFinite)).toBe(true);
    expect([0, 1, 2].map((i) => sumOfRow(found, i))).toEqual([1, 1, 1]);
    expect([found.get(0, 0), found.get(1, 1)]).toEqual([1, 1]);
  });

  test('a shift of all scores changes nothing', () => {
    const shifted = sinkhorn(rows([500.9, 500.1], [500.8, 500.2], [500.3, 500.7]), { epsilon: 0.05, iterations: 3 });
    const plain = values(sinkhorn(scores, { epsilon: 0.05, iterations: 3 }));
    // 500 keeps about 13 digits behind the point, and 1 / epsilon takes one of them
    values(shifted).forEach((share: number, i: number) => {
      expect(share).toBeCloseTo(plain[i]!, 10);
    });
  });

  test('logarithms of probabilities: a zero stays zero, also where a whole column or row is', () => {
    const none = Number.NEGATIVE_INFINITY;
    const found = sinkhorn(rows([0, none, none], [Math.log(0.5), Math.log(0.5), none], [none, none, none]), {
      epsilon: 1,
      iterations: 50,
    });
    expect([...values(found)].map((share) => share > 0)).toEqual([true, false, false, true, true, false, false, false, false]);
    expect([0, 1, 2].map((i) => sumOfRow(found, i))).toEqual([expect.closeTo(1, 14), expect.closeTo(1, 14), 0]);
  });
});

test('a row whose scores all overflow downward is refused, not answered with zeros', () => {
  const options = { epsilon: 1e-10, iterations: 2 };
  expect(() => sinkhorn(rows([0, 0], [-1e300, -1e300]), options)).toThrow(RangeError);
  expect(() => sinkhorn(rows([0, 0], [-1e300, -1e300]), options)).toThrow('got an overflow in row 1');
  // each is finite, and so is not their difference
  expect(() => sinkhorn(rows([1.7e308], [-1.7e308]), { epsilon: 1, iterations: 1 })).toThrow('got an overflow in row 1');
  // one that is left can take all
  expect([...values(sinkhorn(rows([0, 0], [-1e300, 0]), options))].slice(2)).toEqual([0, 1]);
});

test.each([
  [{ epsilon: 0, iterations: 3 }, scores, 'an epsilon above 0, got 0'],
  [{ epsilon: 0.1, iterations: 0 }, scores, 'iterations >= 1, got 0'],
  [{ epsilon: 0.1, iterations: 1.5 }, scores, 'iterations >= 1, got 1.5'],
  [{ epsilon: 0.1, iterations: 1 }, rows([0, 0], [0, Number.NaN]), 'got NaN in row 1'],
])('%o is refused where it cannot work', (options, given, message) => {
  expect(() => sinkhorn(given, options)).toThrow(message);
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}

function columnSums(matrix: Features): number[] {
  const [b, k] = matrix.shape as [number, number];
  return Array.from({ length: k }, (_, j) =>
    Array.from({ length: b }, (_, i) => matrix.get(i, j)).reduce((sum, each) => sum + each, 0),
  );
}

function sumOfRow(matrix: Features, i: number): number {
  return Array.from({ length: matrix.shape[1]! }, (_, j) => matrix.get(i, j)).reduce((sum, each) => sum + each, 0);
}
