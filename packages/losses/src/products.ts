import type { Matrix, MatrixBlock, MatrixSpan } from '@viewforge/tensor';

/** Keys that stay in the nearest cache while a block of queries goes over them. */
const tile = 64;

/** In place: row `first + i` of `sums` (one for each query) gains the sum over keys j of block(i, j) * key j. */
export function addKeys(block: MatrixBlock, keys: Matrix, sums: Float64Array, { first, count }: MatrixSpan): void {
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
export function addQueries(block: MatrixBlock, { rows, first, count }: MatrixSpan, sums: Float64Array, keys: number): void {
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
  readonly weights: MatrixBlock & { readonly step: number };
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
