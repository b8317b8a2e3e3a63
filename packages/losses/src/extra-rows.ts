import type { Extras } from '@viewforge/core';
import { type Tensor, values, zeros } from '@viewforge/tensor';
import type { LogitRow } from './row-rule.ts';
import { normalize, type Rows, type Similarity } from './rows.ts';

/** The extras of one query at a time: they are brought to unit length where they are needed, so that no copy of all exists. */
export interface ExtraRows {
  /** Extras a query may have. */
  readonly s: number;
  /** [n, s, d]; d(value) / d(extras as given), complete when every query has been taken. */
  readonly gradient: Tensor;
  /** In place: logits of this query's extras; -Infinity for those that do not count. */
  fillLogits(query: number, logits: LogitRow): void;
  /** Takes the slopes of the logits last filled: into `gradient`, and into the sums [n, d] of the queries. */
  takeSlopes(query: number, slopes: LogitRow, querySums: Float64Array): void;
}

/** `scale` turns sums of slopes into gradients. */
export interface ExtraOptions {
  readonly temperature: number;
  readonly similarity: Similarity;
  readonly scale: number;
}

/** Makes extras ready for going through the queries one by one. */
export function openExtras(extras: Extras, { data: u, d }: Rows, { temperature, similarity, scale }: ExtraOptions): ExtraRows {
  const s = extras.values.shape[1]!;
  const given = values(extras.values);
  const gradient = zeros(extras.values.shape, extras.values);
  const rows = new Float64Array(s * d);
  const norms = new Float64Array(s);
  return {
    s,
    gradient,
    fillLogits(query, logits) {
      const count = extras.counts[query]!;
      logits.fill(Number.NEGATIVE_INFINITY);
      rows.set(given.subarray(query * s * d, (query * s + count) * d));
      for (let j = 0; j < count; j++) {
        norms[j] = similarity === 'cosine' ? normalize(rows, j * d, d) : 1;
        // a length that overflows leaves no direction
        logits[j] = Number.isFinite(norms[j]!) ? dot(u, query * d, rows, j * d, d) / temperature : Number.NaN;
      }
    },
    takeSlopes(query, slopes, querySums) {
      const into = values(gradient);
      for (let j = 0; j < extras.counts[query]!; j++) {
        const slope = slopes[j]!;
        const along = similarity === 'cosine' ? dot(u, query * d, rows, j * d, d) : 0;
        const factor = norms[j] === 0 ? 0 : (slope * scale) / norms[j]!;
        const to = (query * s + j) * d;
        for (let e = 0; e < d; e++) {
          const own = u[query * d + e]!;
          const extra = rows[j * d + e]!;
          querySums[query * d + e] = querySums[query * d + e]! + slope * extra;
          into[to + e] = (own - extra * along) * factor;
        }
      }
    },
  };
}

function dot(a: Float64Array, p: number, b: Float64Array, q: number, d: number): number {
  let sum = 0;
  for (let e = 0; e < d; e++) sum += a[p + e]! * b[q + e]!;
  return sum;
}
