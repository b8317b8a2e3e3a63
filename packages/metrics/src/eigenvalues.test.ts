import { eigs } from 'mathjs';
import { expect, test } from 'vitest';
import { symmetricEigenvalues } from './eigenvalues.ts';

test('eigenvalues come largest first, as mathjs finds them', () => {
  const matrix = [
    [4, 1, -2],
    [1, 2, 0.5],
    [-2, 0.5, -3],
  ];
  const found = symmetricEigenvalues(Float64Array.from(matrix.flat()), 3);
  const expected = (eigs(matrix).values as number[]).sort((a, b) => b - a);
  expect([...found]).toEqual(expected.map((each) => expect.closeTo(each, 10)));
});

test('nothing has none', () => {
  expect(symmetricEigenvalues(new Float64Array(0), 0)).toHaveLength(0);
});
