import { ViewforgeError } from '@viewforge/core';
import { dotProducts, type Features, values } from '@viewforge/tensor';

/** How near two rows are: by their inner product (the cosine, of unit rows), or by minus their squared distance. */
export type Nearness = 'product' | 'distance';

/** Rows that look for others, and rows that are looked for. */
export interface Search {
  /** [n, d], finite */
  readonly queries: Features;
  /** [m, d], finite */
  readonly keys: Features;
  readonly nearness: Nearness;
}

/** The keys nearest to one query, nearest first. */
export interface Nearest {
  /** Index of each key. */
  readonly keys: Int32Array;
  /** How near each is, larger is nearer. */
  readonly scores: Float64Array;
}

/**
 * Queries of which all scores are in memory at once, and keys that are taken at a time, so that both stay in the caches of a
 * core.
 */
const queriesAtOnce = 16;
const keysAtOnce = 64;

/**
 * Calls `visit` with each query in order and the scores [m] of all keys, which hold until it returns. Memory for 16 queries at
 * a time, time n m d. A score is summed over dimensions in their order, in float64, so equal rows score exactly alike. Throws
 * ViewforgeError (SHAPE) where widths differ.
 */
export function eachScored({ queries, keys, nearness }: Search, visit: (query: number, scores: Float64Array) => void): void {
  const [[n, d], [m, width]] = [queries.shape as [number, number], keys.shape as [number, number]];
  if (n > 0 && m > 0 && d !== width) {
    throw new ViewforgeError('SHAPE', 'nearest rows', `expected keys [m, ${d}] for queries [${n}, ${d}], got [${m}, ${width}]`);
  }
  const [a, b] = [inFloat64(queries), inFloat64(keys)];
  const scores = new Float64Array(queriesAtOnce * m);
  for (let from = 0; from < n; from += queriesAtOnce) {
    const to = Math.min(n, from + queriesAtOnce);
    if (nearness === 'product') {
      const span = { rows: { data: a, n, d }, first: from, count: to - from };
      dotProducts(span, { data: b, n: m, d }, 1, { data: scores, at: 0, stride: m });
    } else {
      for (let first = 0; first < m; first += keysAtOnce) {
        fillDistances({ a, b, d, m, from, to, first, last: Math.min(m, first + keysAtOnce), scores });
      }
    }
    for (let i = from; i < to; i++) visit(i, scores.subarray((i - from) * m, (i - from + 1) * m));
  }
}

/**
 * Calls `visit` with each query in order and its `count` nearest keys, or as many as there are; ties go to the lower index.
 * `keep` leaves keys out. Time and memory as `eachScored`.
 */
export function eachNearest(
  search: Search,
  count: number,
  visit: (query: number, nearest: Nearest) => void,
  keep: (query: number, key: number) => boolean = () => true,
): void {
  const most = Math.min(count, search.keys.shape[0]!);
  const [keys, best] = [new Int32Array(most), new Float64Array(most)];
  eachScored(search, (query, scores) => {
    let found = 0;
    for (let key = 0; key < scores.length; key++) {
      const score = scores[key]!;
      if ((found === most && !(score > best[most - 1]!)) || !keep(query, key)) continue;
      const place = placeOf(score, best, found);
      if (found < most) found++;
      best.copyWithin(place + 1, place, found - 1);
      keys.copyWithin(place + 1, place, found - 1);
      best[place] = score;
      keys[place] = key;
    }
    visit(query, { keys: keys.slice(0, found), scores: best.slice(0, found) });
  });
}

/** Where a score goes into the first `found` of a list that falls: behind those it equals. */
function placeOf(score: number, falling: Float64Array, found: number): number {
  let [low, high] = [0, found];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (falling[middle]! >= score) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Block {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly d: number;
  /** Number of keys in all. */
  readonly m: number;
  /** Queries from .. to - 1 and keys first .. last - 1. */
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly last: number;
  /** [to - from, m] */
  readonly scores: Float64Array;
}

/**
 * In place: minus squared distances of a block. They are summed themselves: |a|^2 + |b|^2 - 2 a b says little of rows that lie
 * close.
 */
function fillDistances({ a, b, d, m, from, to, first, last, scores }: Block): void {
  for (let i = from; i < to; i++) {
    for (let j = first; j < last; j++) {
      let sum = 0;
      for (let e = 0, p = i * d, q = j * d; e < d; e++) sum += (a[p + e]! - b[q + e]!) ** 2;
      scores[(i - from) * m + j] = -sum;
    }
  }
}

function inFloat64(x: Features): Float64Array {
  const data = values(x);
  return data instanceof Float64Array ? data : Float64Array.from(data);
}
