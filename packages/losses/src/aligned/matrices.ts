import { dotProducts, type Matrix } from '@viewforge/tensor';
import { addKeys, addQueries } from '../products.ts';

/** The columns of [n, d] rows as rows [d, n]. */
export function transposed({ data, n, d }: Matrix): Matrix {
  const turned = new Float64Array(n * d);
  for (let row = 0; row < n; row++) for (let column = 0; column < d; column++) turned[column * n + row] = data[row * d + column]!;
  return { data: turned, n: d, d: n };
}

/** In place: takes off every row its mean, so that columns that became rows are centered. */
export function centerRows({ data, n, d }: Matrix): void {
  for (let row = 0; row < n; row++) {
    let mean = 0;
    for (let i = row * d; i < row * d + d; i++) mean += data[i]! / d;
    for (let i = row * d; i < row * d + d; i++) data[i] = data[i]! - mean;
  }
}

/** [a.n, b.n]; scale * a b^T: every row of `a` with every row of `b`. */
export function crossProducts(a: Matrix, b: Matrix, scale: number): Float64Array {
  const products = new Float64Array(a.n * b.n);
  dotProducts({ rows: a, first: 0, count: a.n }, b, scale, { data: products, at: 0, stride: b.n });
  return products;
}

/** [count, rows.d]; weights [count, rows.n] times the rows. */
export function weightedRows(weights: Float64Array, rows: Matrix): Float64Array {
  const count = weights.length / rows.n;
  const sums = new Float64Array(count * rows.d);
  addKeys({ data: weights, at: 0, stride: rows.n }, rows, sums, { rows, first: 0, count });
  return sums;
}

/** [count, rows.d]; the transpose of weights [rows.n, count] times the rows. */
export function weightedColumns(weights: Float64Array, rows: Matrix): Float64Array {
  const count = weights.length / rows.n;
  const sums = new Float64Array(count * rows.d);
  addQueries({ data: weights, at: 0, stride: count }, { rows, first: 0, count: rows.n }, sums, count);
  return sums;
}

/** Sum of the squares of some numbers. */
export function squaresOf(numbers: Float64Array): number {
  let sum = 0;
  for (const each of numbers) sum += each * each;
  return sum;
}
