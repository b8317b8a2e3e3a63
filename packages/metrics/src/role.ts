import { type EncodedViews, type MetricReport, text, ViewforgeError } from '@viewforge/core';
import { type Features, type UnitRows, tensor, unitRows, values } from '@viewforge/tensor';

/** The option that says which role's views are measured. */
export const roleOption = text({
  doc: 'Role of the views that are measured; the first role of the plan when left out.',
}).optional();

/** Features [n, d] of the views of one role, and what there is to say about them. */
export interface Measured {
  readonly features: readonly Features[];
  readonly notes: readonly string[];
}

/** The views of `role`, or of the first role; none where there are no views. Throws ViewforgeError (NAME) for a role that is not there. */
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
