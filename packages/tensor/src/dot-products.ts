/** Rows of d numbers, row-major, and how many of them. */
export interface Matrix {
  readonly data: Float64Array;
  readonly n: number;
  readonly d: number;
}

/** Some rows of a matrix: `count` from `first`. */
export interface MatrixSpan {
  readonly rows: Matrix;
  readonly first: number;
  readonly count: number;
}

/** Where results of a block go: row i, column j at `at + i * stride + j`. */
export interface MatrixBlock {
  readonly data: Float64Array;
  readonly at: number;
  readonly stride: number;
}

/** Keys that stay in the nearest cache while a span of rows goes over them. */
const tile = 64;

/**
 * In place: block(i, j) = scale * (row i of the span) . (key j), for every key. Each is summed in the order of the features, so that its
 * bits do not depend on what else is computed.
 */
export function dotProducts(
  { rows: { data: a, d }, first, count }: MatrixSpan,
  keys: Matrix,
  scale: number,
  block: MatrixBlock,
): void {
  for (let from = 0; from < keys.n; from += tile) {
    const to = Math.min(keys.n, from + tile);
    for (let i = 0; i < count; i += 2) {
      // an odd last row is computed twice, which is cheaper than code of its own
      const second = Math.min(i + 1, count - 1);
      const left = { a, p: (first + i) * d, q: (first + second) * d };
      const whole = from + ((to - from) & ~3);
      fourKeys(left, keys, from, whole, scale, block.data, block.at + i * block.stride, block.at + second * block.stride);
      oneKey(left, keys, whole, to, scale, block.data, block.at + i * block.stride, block.at + second * block.stride);
    }
  }
}

interface Left {
  readonly a: Float64Array;
  readonly p: number;
  readonly q: number;
}

// Eight sums at a time: each number that is fetched serves several products.
function fourKeys(
  { a, p, q }: Left,
  { data: b, d }: Matrix,
  from: number,
  to: number,
  scale: number,
  out: Float64Array,
  first: number,
  second: number,
): void {
  for (let j = from; j < to; j += 4) {
    let [p0, p1, p2, p3, q0, q1, q2, q3] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let e = 0, at = j * d; e < d; e++, at++) {
      const x = a[p + e]!;
      const y = a[q + e]!;
      const b0 = b[at]!;
      const b1 = b[at + d]!;
      const b2 = b[at + 2 * d]!;
      const b3 = b[at + 3 * d]!;
      p0 += x * b0;
      p1 += x * b1;
      p2 += x * b2;
      p3 += x * b3;
      q0 += y * b0;
      q1 += y * b1;
      q2 += y * b2;
      q3 += y * b3;
    }
    out[first + j] = p0 * scale;
    out[first + j + 1] = p1 * scale;
    out[first + j + 2] = p2 * scale;
    out[first + j + 3] = p3 * scale;
    out[second + j] = q0 * scale;
    out[second + j + 1] = q1 * scale;
    out[second + j + 2] = q2 * scale;
    out[second + j + 3] = q3 * scale;
  }
}

function oneKey(
  { a, p, q }: Left,
  { data: b, d }: Matrix,
  from: number,
  to: number,
  scale: number,
  out: Float64Array,
  first: number,
  second: number,
): void {
  for (let j = from; j < to; j++) {
    let x = 0;
    let y = 0;
    for (let e = 0, at = j * d; e < d; e++, at++) {
      x += a[p + e]! * b[at]!;
      y += a[q + e]! * b[at]!;
    }
    out[first + j] = x * scale;
    out[second + j] = y * scale;
  }
}
