import type { Extras } from '@viewforge/core';
import { smallestNorm, type Tensor, values, zeros } from '@viewforge/tensor';
import type { LogitRow } from './row-rule.ts';
import type { Rows, Similarity } from './rows.ts';

/** The extras of one query at a time: their lengths are taken off where they are needed, so that no copy exists. */
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
  let gradient: Tensor | undefined; // as large as all extras, and of use to who differentiates alone
  const gradientOf = (): Tensor => (gradient ??= zeros(extras.values.shape, extras.values));
  const lengths = new Float64Array(s).fill(1); // what each is divided by
  const dots = new Float64Array(s); // with the query, as given
  return {
    s,
    get gradient() {
      return gradientOf();
    },
    fillLogits(query, logits) {
      logits.fill(Number.NEGATIVE_INFINITY);
      for (let j = 0; j < extras.counts[query]!; j++) {
        const at = (query * s + j) * d;
        const { along, squares } = measureRow(u, query * d, given, at, d);
        if (similarity === 'cosine') lengths[j] = Math.max(Math.sqrt(squares), smallestNorm);
        dots[j] = along;
        // a length that overflows leaves no direction
        logits[j] = Number.isFinite(lengths[j]!) ? along / lengths[j]! / temperature : Number.NaN;
      }
    },
    takeSlopes(query, slopes, querySums) {
      const into = values(gradientOf());
      for (let j = 0; j < extras.counts[query]!; j++) {
        const [slope, length] = [slopes[j]!, lengths[j]!];
        const along = similarity === 'cosine' ? dots[j]! / length : 0;
        const factor = length <= smallestNorm ? 0 : (slope * scale) / length;
        const at = (query * s + j) * d;
        for (let e = 0; e < d; e++) {
          const extra = given[at + e]! / length;
          querySums[query * d + e] = querySums[query * d + e]! + slope * extra;
          into[at + e] = (u[query * d + e]! - extra * along) * factor;
        }
      }
    },
  };
}

/** The dot product of two rows of d numbers, and the squares of the second: each in two sums that do not wait for each other. */
function measureRow(
  a: Float32Array | Float64Array,
  first: number,
  b: Float32Array | Float64Array,
  second: number,
  d: number,
): { readonly along: number; readonly squares: number } {
  let along = 0;
  let squares = 0;
  let alongOdd = 0;
  let squaresOdd = 0;
  const pairs = d - (d % 2);
  for (let e = 0; e < pairs; e += 2) {
    const even = b[second + e]!;
    const odd = b[second + e + 1]!;
    along += a[first + e]! * even;
    alongOdd += a[first + e + 1]! * odd;
    squares += even * even;
    squaresOdd += odd * odd;
  }
  if (d > pairs) {
    const last = b[second + pairs]!;
    along += a[first + pairs]! * last;
    squares += last * last;
  }
  return { along: along + alongOdd, squares: squares + squaresOdd };
}
