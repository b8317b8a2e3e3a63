import { features, values } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { meanRow, principalDirections, singularParts } from './singular-values.ts';

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);

test.each([
  [6, 4],
  [3, 7],
  [5, 5],
  [1, 3],
])('U S V^T is the matrix, U and V are orthonormal, values descend (%d x %d)', (n, d) => {
  const rows = exampleFeatures(n, d);
  const { left, singular, right, p } = singularParts(rows, 'here');
  const column = (of: Float64Array, k: number) => of.filter((_, e) => e % p === k);
  for (let k = 0; k < p; k++) {
    for (let l = 0; l < p; l++) {
      expect(dot(column(left, k), column(left, l))).toBeCloseTo(Number(k === l), 10);
      expect(dot(column(right, k), column(right, l))).toBeCloseTo(Number(k === l), 10);
    }
    if (k > 0) expect(singular[k]!).toBeLessThanOrEqual(singular[k - 1]!);
    const most = column(left, k).reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
    expect(most).toBeGreaterThan(0);
  }
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++) {
      const rebuilt = singular.reduce((sum, s, k) => sum + left[i * p + k]! * s * right[j * p + k]!, 0);
      expect(rebuilt).toBeCloseTo(rows.get(i, j), 10);
    }
});

test('it does not depend on the scale, and knows zeros', () => {
  const rows = exampleFeatures(4, 3);
  const tiny = features(
    Float64Array.from(values(rows), (value) => value * 1e-200),
    4,
    3,
  );
  const [one, other] = [singularParts(rows, 'here'), singularParts(tiny, 'here')];
  expect([...other.singular].map((each) => each * 1e200)).toEqual([...one.singular].map((each) => expect.closeTo(each, 10)));
  expect([...singularParts(features(new Float64Array(6), 2, 3), 'here').singular]).toEqual([0, 0]);
});

test('NaN is refused by row', () => {
  expect(() => singularParts(features(Float64Array.of(1, 2, Number.NaN, 4), 2, 2), 'here')).toThrow(
    'here: expected finite features, got NaN in row 1',
  );
});

test('principal directions are those of the largest variance, in order and with a sign', () => {
  // variance 8 along (1, 1), 2 along (1, -1), about a mean of (10, 20)
  const rows = features(Float64Array.of(12, 22, 8, 18, 11, 19, 9, 21), 4, 2);
  const half = Math.SQRT1_2;
  expect([...principalDirections(rows, 2)].map(Math.abs)).toEqual(
    [half, half, half, half].map((each) => expect.closeTo(each, 10)),
  );
  expect(principalDirections(rows, 2)[0]! * principalDirections(rows, 2)[1]!).toBeGreaterThan(0);
  expect(principalDirections(rows, 2)[2]).toBeGreaterThan(0);
  const turned = features(
    Float64Array.from(values(rows), (value) => -value),
    4,
    2,
  );
  expect([...principalDirections(turned, 2)]).toEqual([...principalDirections(rows, 2)].map((each) => expect.closeTo(each, 10)));
  expect([...meanRow(rows)]).toEqual([10, 20]);
});

test('the row that holds NaN is named', () => {
  const broken = features(Float64Array.of(1, 2, 3, Number.NaN), 2, 2);
  expect(() => principalDirections(broken, 1)).toThrow('principal-directions: expected finite features, got NaN in row 1');
});
