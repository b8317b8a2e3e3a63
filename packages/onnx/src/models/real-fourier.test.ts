import { expect, test } from 'vitest';
import { fourierBasis, frequencies, hilbertBasis, product, transpose } from './real-fourier.ts';

test.each([1, 2, 5, 8, 72])('the columns of the basis of %i points are orthonormal', (size) => {
  const basis = fourierBasis(size);
  const gram = product(transpose(basis), basis);
  for (const [i, value] of gram.data.entries()) expect(value).toBeCloseTo(i % (size + 1) === 0 ? 1 : 0, 12);
});

test('columns go by frequency: a constant, pairs, and the alternating one of an even size', () => {
  expect(frequencies(5)).toEqual([0, 1, 1, 2, 2]);
  expect(frequencies(6)).toEqual([0, 1, 1, 2, 2, 3]);
});

test.each([5, 8])('of %i points, the Hilbert transform twice is minus the part without constant and alternation', (size) => {
  const [plain, turned] = [fourierBasis(size), hilbertBasis(size)];
  const once = product(turned, transpose(plain));
  const twice = product(once, once);
  const expected = product(plain, transpose(plain)); // the identity, less what the Hilbert transform drops
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const dropped = 1 / size + (size % 2 === 0 ? (-1) ** (row + column) / size : 0);
      expect(twice.data[row * size + column]).toBeCloseTo(-(expected.data[row * size + column]! - dropped), 12);
    }
  }
});
