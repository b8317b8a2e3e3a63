import { expect, test } from 'vitest';
import { dotProducts, type Matrix } from './dot-products.ts';

const matrix = (n: number, d: number, seed: number): Matrix => ({
  data: Float64Array.from({ length: n * d }, (_, i) => Math.sin(seed * 100 + i * 1.7)),
  n,
  d,
});

// spans of one row, odd and even ones; keys beyond a tile of 64, and no multiple of four
test.each([
  [1, 1, 1],
  [2, 4, 3],
  [5, 7, 8],
  [3, 131, 5],
])('%i rows and %i keys of %i numbers: every product, times the scale, with the bits of a sum in order', (count, n, d) => {
  const rows = matrix(count + 2, d, 1);
  const keys = matrix(n, d, 2);
  const stride = n + 3;
  const out = new Float64Array(2 + count * stride).fill(7);
  dotProducts({ rows, first: 1, count }, keys, 0.5, { data: out, at: 2, stride });
  const expected = new Float64Array(out.length).fill(7); // what is no product stays
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let e = 0; e < d; e++) sum += rows.data[(1 + i) * d + e]! * keys.data[j * d + e]!;
      expected[2 + i * stride + j] = sum * 0.5;
    }
  }
  expect(out).toEqual(expected);
});

test('a row gives the same bits alone and among others, whichever keys are beside it', () => {
  const [rows, keys] = [matrix(4, 9, 3), matrix(70, 9, 4)];
  const all = new Float64Array(4 * 70);
  dotProducts({ rows, first: 0, count: 4 }, keys, 1, { data: all, at: 0, stride: 70 });
  const one = new Float64Array(1);
  dotProducts({ rows, first: 2, count: 1 }, { data: keys.data.subarray(66 * 9, 67 * 9), n: 1, d: 9 }, 1, {
    data: one,
    at: 0,
    stride: 1,
  });
  expect(one[0]).toBe(all[2 * 70 + 66]);
});
