import { type EncodedViews, type MetricReport, text, ViewforgeError } from '@viewforge/core';
import { type Features, features, type UnitRows, tensor, unitRows, values } from '@viewforge/tensor';

/** The option that says which role's views are measured. */
export const roleOption = text({
  doc: 'Role of the views that are measured; the first role of the plan when left out.',
}).optional();

/** Features [n, d] of the views of one role, and what there is to say about them. */
export interface Measured {
  readonly features: readonly Features[];
  readonly notes: readonly string[];
}

/**
 * The views of `role`, or of the first role; none where there are no views. Throws ViewforgeError (NAME) for a role that is not
 * there.
 */
export function featuresOf({ views }: EncodedViews, role: string | undefined, where: string): Measured {
  const known = Object.keys(views);
  if (role !== undefined && !known.includes(role)) {
    throw new ViewforgeError('NAME', where, `expected a role of the plan, got "${role}"; known: ${known.join(', ') || 'none'}`);
  }
  const found = views[role ?? known[0] ?? ''] ?? [];
  const isMixed = found.some(({ blend }) => blend.kind !== 'identity');
  return {
    features: found.map(({ features }) => features),
    notes: isMixed ? ['views that were mixed from several items count as views of their own item'] : [],
  };
}

/** Whether every number is finite; where one is not, a metric has nothing to say, and must not say that rows are zero. */
export function areFinite(features: readonly Features[]): boolean {
  return features.every((each) => values(each).every(Number.isFinite));
}

/** Rows of length <= 1e-12 in all views together. */
export function countZeroRows(features: readonly Features[]): number {
  return features.reduce((count, each) => count + unitRowsOf(each).norms.filter((norm) => norm === 0).length, 0);
}

/** Rows [n, d] in float64 and of length 1. */
export function unitRowsOf(features: Features): UnitRows {
  return unitRows(tensor(Float64Array.from(values(features)), features.shape));
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
  const [n, d] = (views[0]?.shape ?? [0, 0]) as [number, number];
  const data = new Float64Array(views.length * n * d);
  for (const [view, each] of views.entries()) data.set(values(each), view * n * d);
  return {
    rows: features(data, views.length * n, d),
    positions: Int32Array.from({ length: views.length * n }, (_, row) => row % n),
  };
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

/** One number for each item, the same for items of one id. */
export function sourcesOf({ items }: EncodedViews): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from(items, ({ id }) => {
    if (!known.has(id)) known.set(id, known.size);
    return known.get(id)!;
  });
}

/** The items that have a class, by position, the class of each of them, and what there is to say about the others. */
export function labelsOf({ items }: EncodedViews): {
  readonly positions: readonly number[];
  readonly labels: Int32Array;
  readonly notes: readonly string[];
} {
  const positions = [...items.keys()].filter((i) => items[i]!.label !== undefined);
  const without = items.length - positions.length;
  return {
    positions,
    labels: Int32Array.from(positions, (i) => items[i]!.label!),
    notes: without === 0 ? [] : [`${without} items without a class were left out`],
  };
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

/** Throws ViewforgeError (SHAPE) unless there is one label for each row of x [n, d]. */
export function checkLabels(where: string, x: Features, labels: ArrayLike<number>): void {
  const n = x.shape[0]!;
  if (labels.length !== n) throw new ViewforgeError('SHAPE', where, `expected ${n} labels, one a row, got ${labels.length}`);
}

/** What a metric says where there is nothing to measure. */
export function nothingToMeasure(why: string): MetricReport {
  return { value: Number.NaN, n: 0, parts: {}, notes: [why] };
}

/** What a metric says of features with NaN or an infinity in them. */
export const notFinite: MetricReport = nothingToMeasure('features are not all finite numbers');

/** A note on rows of length <= 1e-12, which have no direction and are left out; none where there are none. */
export function zeroNotes(count: number): readonly string[] {
  return count === 0 ? [] : [`${count} rows of length 0 were left out`];
}
