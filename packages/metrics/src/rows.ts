import { ViewforgeError } from '@viewforge/core';
import { type Features, features, tensor, type UnitRows, unitRows, values } from '@viewforge/tensor';

/** Whether a number is finite, and within 1e70, so that products of four such numbers are finite too. */
export function isMeasurable(feature: number): boolean {
  return Math.abs(feature) <= 1e70;
}

/** Whether every number is measurable; where one is not, a metric has nothing to say, and must not say that rows are zero. */
export function areFinite(features: readonly Features[]): boolean {
  return features.every((each) => values(each).every(isMeasurable));
}

/** Rows of length <= 1e-12 in all views together. */
export function countZeroRows(features: readonly Features[]): number {
  return features.reduce((count, each) => count + unitRowsOf(each).norms.filter((norm) => norm === 0).length, 0);
}

/** Rows [n, d] in float64 and of length 1. */
export function unitRowsOf(features: Features): UnitRows {
  return unitRows(tensor(Float64Array.from(values(features)), features.shape));
}

/** Sets of rows of one width d, one below the other: [n, d] in float64; [0, 0] for no sets. */
export function stackRows(sets: readonly Features[]): Features {
  const d = sets[0]?.shape[1] ?? 0;
  const n = sets.reduce((sum, { shape }) => sum + shape[0]!, 0);
  const data = new Float64Array(n * d);
  let at = 0;
  for (const set of sets) {
    data.set(values(set), at);
    at += set.shape[0]! * d;
  }
  return features(data, n, d);
}

/** Rows of several views, one view below the other, and the position in `items` of the item each row comes from. */
export interface Stacked {
  /** [views * n, d], in float64 */
  readonly rows: Features;
  /** [views * n] */
  readonly positions: Int32Array;
}

/** All views [n, d] of a role as one set of rows [views * n, d] in float64; [0, 0] where there are no views. */
export function stackViews(views: readonly Features[]): Stacked {
  const rows = stackRows(views);
  const n = views[0]?.shape[0] ?? 0;
  return { rows, positions: Int32Array.from({ length: rows.shape[0]! }, (_, row) => row % n) };
}

/** The rows of a set that have a direction. */
export interface Directions {
  /** [m, d], in float64 and of length 1 */
  readonly rows: Features;
  /** [m]; which row of the set each was, ascending. */
  readonly kept: Int32Array;
  /** Rows of length <= 1e-12, which are not among them. */
  readonly zero: number;
}

/** The rows of x [n, d] brought to length 1 in float64, without those of length <= 1e-12. */
export function directionsOf(x: Features): Directions {
  const { rows, norms } = unitRowsOf(x);
  const kept = Int32Array.from([...norms.keys()].filter((row) => norms[row] !== 0));
  return { rows: kept.length === norms.length ? rows : rowsAt(rows, kept), kept, zero: norms.length - kept.length };
}

/** The rows of x [n, d] at these places, in the element type of x. */
export function rowsAt(x: Features, rows: ArrayLike<number>): Features {
  const d = x.shape[1]!;
  const from = values(x);
  const to = from instanceof Float64Array ? new Float64Array(rows.length * d) : new Float32Array(rows.length * d);
  for (let i = 0; i < rows.length; i++) to.set(from.subarray(rows[i]! * d, rows[i]! * d + d), i * d);
  return features(to, rows.length, d);
}

/** The squared distance of row i of a and row j of b, both row-major [., d], in float64. */
export function squaredDistance(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number, d: number): number {
  let sum = 0;
  for (let end = i * d + d, p = i * d, q = j * d; p < end; p++, q++) sum += (a[p]! - b[q]!) ** 2;
  return sum;
}

/** Rows [n, d] with one class each. */
export interface LabeledRows {
  readonly rows: Features;
  /** [n] */
  readonly labels: ArrayLike<number>;
}

/** Throws ViewforgeError (SHAPE) for rows x [n, d] of another width. */
export function checkWidth(where: string, x: Features, width: number): void {
  if (x.shape[1] !== width) throw new ViewforgeError('SHAPE', where, `expected rows of ${width} numbers, got [${x.shape}]`);
}

/** Throws ViewforgeError (LABEL) unless there is one label for each of n rows. */
export function checkLabels(where: string, n: number, labels: ArrayLike<number>): void {
  if (labels.length !== n) throw new ViewforgeError('LABEL', where, `expected ${n} labels, one a row, got ${labels.length}`);
}

/** Throws ViewforgeError (SHAPE) unless there is one source for each of n rows. */
export function checkSources(where: string, n: number, sources: ArrayLike<number>): void {
  if (sources.length !== n) throw new ViewforgeError('SHAPE', where, `expected ${n} sources, one a row, got ${sources.length}`);
}
