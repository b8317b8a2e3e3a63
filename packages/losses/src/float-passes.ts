import { addProducts, allocate, packPanels, setProducts, withArena, wasmSimd } from '@viewforge/kernels';
import { eachExcluded } from '@viewforge/core';
import type { Comparison, Measure } from './comparison.ts';
import type { Look, Sums } from './passes.ts';
import type { Rows } from './rows.ts';

/** Products below which the way to the kernels' memory costs more than it saves. */
const fewProducts = 2 ** 20;
/** Floats on the kernels' memory at once: 640 MB of the 1 GiB there is. */
const mostFloats = 160e6;
/** Logits of one block of queries. */
const logitsAtOnce = 2 ** 21;
/** Logits beyond this may overflow on their way through float32. */
const largestLogit = 1e30;
/** Keys that stay in the nearest cache while a block of queries goes over them. */
const tile = 64;
/** Blocks of queries whose float32 sums for keys are added up before they go into the float64 sums. */
const blocksTogether = 32;

/** How many calls of `withKernels` are in progress. */
const state = { kernelsAlways: 0 };

/** Runs `work` with batches of float32 compared by the kernels however small they are. For tests and benchmarks. */
export function withKernels<T>(work: () => T): T {
  state.kernelsAlways++;
  try {
    return work();
  } finally {
    state.kernelsAlways--;
  }
}

/**
 * Whether a comparison is made in float32 by the kernels: for rows that came in float32 and hold finite numbers, where there is enough to do.
 * Similarities then have the digits of float32; sums over queries and what rules say of a row stay in float64.
 */
export function goesByKernels({ batch, queries, blocks, columns, measure }: Comparison): boolean {
  const isFloat32 = [batch.queries, ...batch.keys].every(({ data }) => data instanceof Float32Array);
  const isFew = state.kernelsAlways === 0 && queries.n * columns * queries.d < fewProducts;
  if (!isFloat32 || isFew) return false;
  const floats = (queries.n + 3 * columns) * padded(queries.d) + 2 * logitsAtOnce;
  const longest = Math.max(...blocks.map((rows) => longestOf(rows, measure)));
  const product = longestOf(queries, measure) * longest;
  if (!(Math.max(product, product / measure.temperature) < largestLogit)) return false;
  return floats < mostFloats && [queries, ...blocks].every(({ broken }) => broken.length === 0) && wasmSimd().available;
}

/** Length of the longest row, 1 for cosines. */
function longestOf({ data, n, d }: Rows, { similarity }: Measure): number {
  if (similarity === 'cosine') return 1;
  let longest = 0;
  for (let row = 0; row < n; row++) {
    let sum = 0;
    for (let i = row * d; i < row * d + d; i++) sum += data[i]! * data[i]!;
    longest = Math.max(longest, sum);
  }
  return Math.sqrt(longest);
}

/** As `goThrough`, of queries against all keys, by the kernels. */
export function goThroughByKernels(comparison: Comparison, look: Look, sums: Sums | undefined): void {
  withArena(() => {
    const { queries, columns, extras } = comparison;
    const stride = padded(columns + Math.max(8, extras?.s ?? 0));
    const count = Math.max(8, Math.min(64, queries.n, Math.floor(logitsAtOnce / stride)));
    const d = padded(queries.d);
    const own = floatRows(queries);
    const blocks = comparison.blocks.map((rows, b) =>
      openBlock(comparison, rows, b, rows === queries ? own : floatRows(rows), sums),
    );
    const logits = allocate(count * stride);
    const pulled = allocate(count * d);
    for (let first = 0, block = 0; first < queries.n; first += count, block++) {
      const span: Span = { rows: own, d, first, count: Math.min(count, queries.n - first), logits, stride };
      for (const each of blocks) fillLogits(span, each, comparison.measure.temperature);
      for (let i = 0; i < span.count; i++) lookAt(comparison, span, i, look);
      if (sums === undefined) continue;
      addToQueries(span, blocks, pulled, sums.queries, queries.d);
      for (const each of blocks) addToKeys(span, each);
      if (block % blocksTogether === blocksTogether - 1) for (const each of blocks) flush(each, queries.d);
    }
    for (const each of blocks) flush(each, queries.d);
  });
}

/** Some queries and their logits, a row of `stride` for each. */
interface Span {
  /** [n, d] of all queries, d padded. */
  readonly rows: Float32Array;
  readonly d: number;
  readonly first: number;
  readonly count: number;
  readonly logits: Float32Array;
  readonly stride: number;
}

/** One block of keys on the kernels' memory. */
interface KeyBlock {
  /** Its first column. */
  readonly start: number;
  readonly n: number;
  /** [n, d], d padded. */
  readonly rows: Float32Array;
  readonly packed: Float32Array;
  /** [n, d], since the last flush; undefined where no gradient is wanted. */
  readonly gained: Float32Array | undefined;
  readonly sum: Float64Array | undefined;
}

function openBlock({ starts }: Comparison, { n, d }: Rows, b: number, rows: Float32Array, sums: Sums | undefined): KeyBlock {
  const width = padded(d);
  const packed = allocate(padded(n) * width);
  packPanels(rows, n, width, packed);
  const sum = sums?.keys[b];
  const gained = sum && allocate(n * width).fill(0);
  return { start: starts[b]!, n, rows, packed, gained, sum };
}

function fillLogits({ rows, d, first, count, logits, stride }: Span, { start, n, packed }: KeyBlock, temperature: number): void {
  setProducts(
    {
      left: { data: rows, at: first * d, row: d, step: 1, rows: count },
      right: { data: packed, at: 0, panel: 8 * d, step: 8, panels: Math.ceil(n / 8) },
      depth: d,
      scale: 1 / temperature,
    },
    { data: logits, at: start, row: stride },
  );
}

function lookAt({ batch, columns, extras, weights }: Comparison, span: Span, i: number, look: Look): void {
  const query = span.first + i;
  const width = columns + (extras?.s ?? 0);
  const row = span.logits.subarray(i * span.stride, i * span.stride + Math.ceil(width / 4) * 4);
  if (Number.isNaN(weights[query]!)) {
    row.fill(0);
    return;
  }
  row.fill(Number.NEGATIVE_INFINITY, width); // what panels left behind the last key
  eachExcluded(batch, query, (column) => {
    row[column] = Number.NEGATIVE_INFINITY;
  });
  look(query, row, extras && row.subarray(columns, width));
}

/** The sums of the queries of a span gain what their slopes say of all keys. */
function addToQueries(span: Span, blocks: readonly KeyBlock[], pulled: Float32Array, sum: Float64Array, width: number): void {
  const { d, first, count, logits, stride } = span;
  pulled.fill(0);
  for (const { start, n, rows } of blocks) {
    for (let from = 0; from < n; from += tile) {
      addProducts(
        {
          left: { data: logits, at: start + from, row: stride, step: 1, rows: count },
          right: { data: rows, at: from * d, panel: 8, step: d, panels: d / 8 },
          depth: Math.min(tile, n - from),
          scale: 1,
        },
        { data: pulled, at: 0, row: d },
      );
    }
  }
  addRows(pulled, count, sum.subarray(first * width, (first + count) * width), width);
}

function addToKeys({ rows, d, first, count, logits, stride }: Span, { start, n, gained }: KeyBlock): void {
  if (gained === undefined) return;
  addProducts(
    {
      left: { data: logits, at: start, row: 1, step: stride, rows: n },
      right: { data: rows, at: first * d, panel: 8, step: d, panels: d / 8 },
      depth: count,
      scale: 1,
    },
    { data: gained, at: 0, row: d },
  );
}

function flush({ n, gained, sum }: KeyBlock, width: number): void {
  if (gained === undefined || sum === undefined) return;
  addRows(gained, n, sum, width);
  gained.fill(0);
}

/** Adds rows padded to a multiple of 8 to rows of `width`. */
function addRows(from: Float32Array, n: number, to: Float64Array, width: number): void {
  const stride = padded(width);
  for (let row = 0; row < n; row++) {
    for (let e = 0, i = row * stride, o = row * width; e < width; e++, i++, o++) to[o] = to[o]! + from[i]!;
  }
}

/** Rows in float32, their width padded with zeros. */
function floatRows({ data, n, d }: Rows): Float32Array {
  const width = padded(d);
  const rows = allocate(n * width);
  if (width === d) rows.set(data);
  else {
    rows.fill(0);
    for (let row = 0; row < n; row++) rows.set(data.subarray(row * d, row * d + d), row * width);
  }
  return rows;
}

function padded(count: number): number {
  return Math.ceil(count / 8) * 8;
}
