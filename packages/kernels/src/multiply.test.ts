import { expect, test } from 'vitest';
import { addProducts, allocate, packPanels, type Product, setProducts, withArena, withTwins } from './index.ts';

const sizes = [
  [1, 1, 1],
  [3, 5, 2],
  [4, 8, 16],
  [9, 17, 33],
  [16, 64, 128],
] as const;

test.each(sizes)('%i rows against %i packed rows of %i numbers are their dot products, as with the twin', (m, n, d) => {
  const [a, b] = [numbers(m * d, 1), numbers(n * d, 2)];
  const dots = (): Float32Array =>
    withArena(() => {
      const [left, right, to] = [onMemory(a), allocate(Math.ceil(n / 8) * 8 * d), allocate(m * padded(n))];
      packPanels(b, n, d, right);
      setProducts(
        {
          left: { data: left, at: 0, row: d, step: 1, rows: m },
          right: { data: right, at: 0, panel: 8 * d, step: 8, panels: padded(n) / 8 },
          depth: d,
          scale: 0.5,
        },
        { data: to, at: 0, row: padded(n) },
      );
      return to.slice();
    });
  const found = dots();
  expect(found).toEqual(withTwins(dots));
  for (let r = 0; r < m; r++) {
    for (let c = 0; c < padded(n); c++) {
      let sum = 0;
      for (let k = 0; k < d && c < n; k++) sum += a[r * d + k]! * b[c * d + k]! * 0.5;
      // float32, d terms of about 1
      expect(Math.abs(found[r * padded(n) + c]! - sum)).toBeLessThan(1e-6 * d);
    }
  }
});

test('weighted sums of rows are added to what is there, also where the weights stand in columns', () => {
  const [m, n, d] = [5, 7, 8];
  const [weights, rows] = [numbers(m * n, 3), numbers(n * d, 4)];
  const sums = (row: number, step: number): Float32Array =>
    withArena(() => {
      const to = onMemory(new Float32Array(m * d).fill(1));
      const product: Product = {
        left: { data: onMemory(weights), at: 0, row, step, rows: m },
        right: { data: onMemory(rows), at: 0, panel: 8, step: d, panels: 1 },
        depth: n,
        scale: 1,
      };
      addProducts(product, { data: to, at: 0, row: d });
      return to.slice();
    });
  for (const [row, step] of [
    [n, 1],
    [1, m],
  ] as const) {
    const found = sums(row, step);
    expect(found).toEqual(withTwins(() => sums(row, step)));
    const at = 2 * d + 3;
    const expected = Array.from({ length: n }, (_, k) => weights[2 * row + k * step]! * rows[k * d + 3]!);
    expect(found[at]).toBeCloseTo(1 + expected.reduce((sum, each) => sum + each, 0), 5);
  }
});

function padded(n: number): number {
  return Math.ceil(n / 8) * 8;
}

function onMemory(from: Float32Array): Float32Array {
  const to = allocate(from.length);
  to.set(from);
  return to;
}

function numbers(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(seed * 100 + i * 1.7));
}
