import { padded, type Rows } from './rows.ts';

/** Some rows: `count` from `first`. */
export interface Span {
  readonly rows: Rows;
  readonly first: number;
  /** Even, unless the span ends with the rows. */
  readonly count: number;
}

/** Where results go: row i, column j at `at + i * stride + j`. */
export interface Block {
  /** Of an even number of rows. */
  readonly data: Float64Array;
  readonly at: number;
  /** At least the columns rounded up to a multiple of four, unless the next row is written later. */
  readonly stride: number;
}

/**
 * In place: block(i, j) = (row i of the span) . (key j), each summed in the order of the features. Results of the zero rows
 * that fill up keys to a multiple of four are written as well.
 */
export function dotBlock({ rows, first, count }: Span, keys: Rows, { data: out, at: start, stride }: Block): void {
  const { d, data: x } = rows;
  const y = keys.data;
  const columns = padded(keys.n);
  for (let i = 0; i < count; i += 2) {
    const from = (first + i) * d;
    for (let j = 0; j < columns; j += 4) {
      let [p0, p1, p2, p3, q0, q1, q2, q3] = [0, 0, 0, 0, 0, 0, 0, 0];
      let at = j * d;
      // eight sums at a time: each number that is fetched serves several products
      for (let e = from, end = from + d; e < end; e++, at++) {
        const x0 = x[e]!;
        const x1 = x[e + d]!;
        const y0 = y[at]!;
        const y1 = y[at + d]!;
        const y2 = y[at + 2 * d]!;
        const y3 = y[at + 3 * d]!;
        p0 += x0 * y0;
        p1 += x0 * y1;
        p2 += x0 * y2;
        p3 += x0 * y3;
        q0 += x1 * y0;
        q1 += x1 * y1;
        q2 += x1 * y2;
        q3 += x1 * y3;
      }
      const p = start + i * stride + j;
      out[p] = p0;
      out[p + 1] = p1;
      out[p + 2] = p2;
      out[p + 3] = p3;
      const q = p + stride;
      out[q] = q0;
      out[q + 1] = q1;
      out[q + 2] = q2;
      out[q + 3] = q3;
    }
  }
}
