import { type Features, smallestNorm, values } from '@viewforge/tensor';

/** How two rows are compared: by direction, or as they are. */
export type Similarity = 'cosine' | 'dot';

/** Rows in float64, ready to be compared. */
export interface Rows {
  /** Row-major [n, d]. */
  readonly data: Float64Array;
  readonly n: number;
  readonly d: number;
}

/**
 * All rows of [n, d] features. For 'cosine' they have length 1, except rows of length <= 1e-12, which are divided by 1e-12.
 * A row with NaN or an infinity in it, or too long to be squared, is NaN throughout.
 */
export function rowsOf(features: Features, similarity: Similarity): Rows {
  const [n, d] = features.shape as [number, number];
  const data = new Float64Array(n * d);
  fillRows(data, { data: values(features), first: 0, count: n, d }, similarity);
  return { data, n, d };
}

/** Some rows as they were given: `count` from `first`, of d features each. */
export interface GivenRows {
  readonly data: Float32Array | Float64Array;
  readonly first: number;
  readonly count: number;
  readonly d: number;
}

/** In place: `to` starts with these rows, as `rowsOf` has them. */
export function fillRows(to: Float64Array, { data, first, count, d }: GivenRows, similarity: Similarity): void {
  for (let row = 0; row < count; row++) {
    const from = (first + row) * d;
    const sum = squareSum(data, from, d);
    const scale = Number.isFinite(sum) ? (similarity === 'dot' ? 1 : Math.max(Math.sqrt(sum), smallestNorm)) : Number.NaN;
    for (let e = 0, p = row * d; e < d; e++) to[p + e] = data[from + e]! / scale;
  }
}

/** The rows of [n, d] features that hold NaN or an infinity, or are too long to be squared. */
export function brokenRows(features: Features): number[] {
  const [n, d] = features.shape as [number, number];
  const data = values(features);
  const found: number[] = [];
  for (let row = 0; row < n; row++) if (!Number.isFinite(squareSum(data, row * d, d))) found.push(row);
  return found;
}

/** |a - b|^2, of as many numbers as `a` has; `b` may be longer and starts at `from`. */
export function squaredDistance(a: Float64Array, b: Float64Array, from = 0): number {
  let sum = 0;
  for (let e = 0; e < a.length; e++) {
    const difference = a[e]! - b[from + e]!;
    sum += difference * difference;
  }
  return sum;
}

function squareSum(data: Float32Array | Float64Array, from: number, d: number): number {
  let sum = 0;
  for (let e = from; e < from + d; e++) sum += data[e]! * data[e]!;
  return sum;
}
