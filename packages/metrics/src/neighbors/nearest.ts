import { ViewforgeError } from '@viewforge/core';
import { type Features, values } from '@viewforge/tensor';

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
  const fill = nearness === 'product' ? fillProducts : fillDistances;
  const scores = new Float64Array(queriesAtOnce * m);
  for (let from = 0; from < n; from += queriesAtOnce) {
    const to = Math.min(n, from + queriesAtOnce);
    for (let first = 0; first < m; first += keysAtOnce) {
      fill({ a, b, d, m, from, to, first, last: Math.min(m, first + keysAtOnce), scores });
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

/** In place: products of a block, two queries with four keys at a time, for one number is then loaded for several products. */
function fillProducts({ a, b, d, m, from, to, first, last, scores }: Block): void {
  for (let i = from; i < to; i += 2) {
    // at an odd end the last row stands in for those that are missing: its score is written twice
    const [p, q] = [i * d, Math.min(i + 1, to - 1) * d];
    const [top, bottom] = [(i - from) * m, (Math.min(i + 1, to - 1) - from) * m];
    for (let j = first; j < last; j += 4) {
      const [k1, k2, k3] = [Math.min(j + 1, last - 1), Math.min(j + 2, last - 1), Math.min(j + 3, last - 1)];
      const [r0, r1, r2, r3] = [j * d, k1 * d, k2 * d, k3 * d];
      let [s0, s1, s2, s3, t0, t1, t2, t3] = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let e = 0; e < d; e++) {
        const x = a[p + e]!;
        const y = a[q + e]!;
        const u0 = b[r0 + e]!;
        const u1 = b[r1 + e]!;
        const u2 = b[r2 + e]!;
        const u3 = b[r3 + e]!;
        s0 += x * u0;
        s1 += x * u1;
        s2 += x * u2;
        s3 += x * u3;
        t0 += y * u0;
        t1 += y * u1;
        t2 += y * u2;
        t3 += y * u3;
      }
      scores[top + j] = s0;
      scores[top + k1] = s1;
      scores[top + k2] = s2;
      scores[top + k3] = s3;
      scores[bottom + j] = t0;
      scores[bottom + k1] = t1;
      scores[bottom + k2] = t2;
      scores[bottom + k3] = t3;
    }
  }
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
