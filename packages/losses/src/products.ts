/** Rows of d numbers, row-major, and how many of them. */
export interface Matrix {
  readonly data: Float64Array;
  readonly n: number;
  readonly d: number;
}

/** Some rows of a matrix: `count` from `first`. */
export interface Span {
  readonly rows: Matrix;
  readonly first: number;
  readonly count: number;
}

/** Where results of a block go: row i, column j at `at + i * stride + j`. */
export interface Block {
  readonly data: Float64Array;
  readonly at: number;
  readonly stride: number;
}

/** Keys that stay in the nearest cache while a block of queries goes over them. */
const tile = 64;

/** In place: block(i, j) = scale * (query i of the span) . (key j), for every key. */
export function dotProducts({ rows: { data: a, d }, first, count }: Span, keys: Matrix, scale: number, block: Block): void {
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

/** In place: row `first + i` of `sums` (one for each query) gains the sum over keys j of block(i, j) * key j. */
export function addKeys(block: Block, keys: Matrix, sums: Float64Array, { first, count }: Span): void {
  for (let from = 0; from < keys.n; from += tile) {
    addProducts({
      weights: { ...block, at: block.at + from, step: 1 },
      rows: { data: keys.data, first: from, count: Math.min(tile, keys.n - from) },
      sums: { data: sums, first, count },
      d: keys.d,
    });
  }
}

/** In place: row j of `sums` (one for each of `count` keys) gains the sum over queries i of the span of block(i, j) * query i. */
export function addQueries(block: Block, { rows, first, count }: Span, sums: Float64Array, keys: number): void {
  addProducts({
    weights: { data: block.data, at: block.at, stride: 1, step: block.stride },
    rows: { data: rows.data, first, count },
    sums: { data: sums, first: 0, count: keys },
    d: rows.d,
  });
}

interface Some {
  readonly data: Float64Array;
  readonly first: number;
  readonly count: number;
}

interface Products {
  /** The weight of row j in sum i lies at `at + i * stride + j * step`. */
  readonly weights: Block & { readonly step: number };
  readonly rows: Some;
  readonly sums: Some;
  readonly d: number;
}

function addProducts(products: Products): void {
  const { rows, sums } = products;
  const [evenSums, wholeRows] = [sums.count & ~1, rows.count & ~3];
  for (let i = 0; i < evenSums; i += 2) {
    for (let j = 0; j < wholeRows; j += 4) addFourToTwo(products, i, j);
  }
  for (let i = 0; i < sums.count; i++) {
    for (let j = i < evenSums ? wholeRows : 0; j < rows.count; j++) addOne(products, i, j);
  }
}

// Four rows to two sums at a time: each number that is fetched serves several products.
function addFourToTwo({ weights: { data: g, at, stride, step }, rows, sums, d }: Products, i: number, j: number): void {
  const w = at + i * stride + j * step;
  const [p0, p1, p2, p3] = [g[w]!, g[w + step]!, g[w + 2 * step]!, g[w + 3 * step]!];
  const v = w + stride;
  const [q0, q1, q2, q3] = [g[v]!, g[v + step]!, g[v + 2 * step]!, g[v + 3 * step]!];
  const from = rows.data;
  const into = sums.data;
  let near = (sums.first + i) * d;
  let row = (rows.first + j) * d;
  for (const end = near + d; near < end; near++, row++) {
    const r0 = from[row]!;
    const r1 = from[row + d]!;
    const r2 = from[row + 2 * d]!;
    const r3 = from[row + 3 * d]!;
    into[near] = into[near]! + (p0 * r0 + p1 * r1 + (p2 * r2 + p3 * r3));
    into[near + d] = into[near + d]! + (q0 * r0 + q1 * r1 + (q2 * r2 + q3 * r3));
  }
}

function addOne({ weights: { data, at, stride, step }, rows, sums, d }: Products, i: number, j: number): void {
  const weight = data[at + i * stride + j * step]!;
  const from = (rows.first + j) * d;
  const to = (sums.first + i) * d;
  for (let e = 0; e < d; e++) sums.data[to + e] = sums.data[to + e]! + weight * rows.data[from + e]!;
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
