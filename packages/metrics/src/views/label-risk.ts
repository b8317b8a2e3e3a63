import { type MetricReport, ViewforgeError } from '@viewforge/core';
import { nothingToMeasure } from '../reports.ts';

/**
 * The share of views that are taken for another class than their sample, by labels or by a classifier; in [0, 1]. Classes [n]
 * and [n], view i of sample i; pairs with a class below 0 (none) do not count. Throws ViewforgeError (LABEL) for lists of
 * different lengths.
 */
export function labelRiskOf(ofSamples: ArrayLike<number>, ofViews: ArrayLike<number>): MetricReport {
  if (ofSamples.length !== ofViews.length) {
    throw new ViewforgeError(
      'LABEL',
      'label-risk',
      `expected a class for each of ${ofSamples.length} views, got ${ofViews.length}`,
    );
  }
  let [changed, n] = [0, 0];
  for (let i = 0; i < ofSamples.length; i++) {
    if (!(ofSamples[i]! >= 0 && ofViews[i]! >= 0)) continue;
    n++;
    if (ofSamples[i] !== ofViews[i]) changed++;
  }
  if (n === 0) return nothingToMeasure('label risk needs a view and a sample of known classes');
  return {
    value: changed / n,
    n,
    parts: {},
    notes: n < ofViews.length ? [`${ofViews.length - n} views without a class were left out`] : [],
  };
}
