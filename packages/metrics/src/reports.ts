import type { MetricReport } from '@viewforge/core';

/** What a metric says where there is nothing to measure. */
export function nothingToMeasure(why: string): MetricReport {
  return { value: Number.NaN, n: 0, parts: {}, notes: [why] };
}

/** What a metric says of features with NaN, an infinity, or a number beyond 1e70 in them. */
export const notFinite: MetricReport = nothingToMeasure('features are not all finite numbers within 1e70');

/** A note on rows of length <= 1e-12, which have no direction and are left out; none where there are none. */
export function zeroNotes(count: number): readonly string[] {
  return count === 0 ? [] : [`${count} rows of length 0 were left out`];
}
