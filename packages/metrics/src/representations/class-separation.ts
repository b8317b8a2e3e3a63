import type { MetricReport } from '@viewforge/core';
import { type Features, values } from '@viewforge/tensor';
import { notFinite, nothingToMeasure, zeroNotes } from '../reports.ts';
import { areFinite, checkLabels, unitRowsOf } from '../rows.ts';

/**
 * How far classes lie apart beside their own spread: 1 - (mean cosine distance of two rows of a class) / (mean cosine distance
 * of any two rows), classes counting alike and rows paired with themselves too. At most 1, where each class is one direction; 0
 * where classes tell nothing. `n` counts rows of a class; rows of length 0 and labels below 0 are left out. NaN, with a note,
 * without two classes or where all rows have one direction. Throws ViewforgeError (LABEL) for too few or too many labels. S.
 * Kornblith and others: https://arxiv.org/abs/2010.16402
 */
export function classSeparationOf(x: Features, labels: ArrayLike<number>): MetricReport {
  const [n, d] = x.shape as [number, number];
  checkLabels('class-separation', n, labels);
  if (!areFinite([x])) return notFinite;
  const { rows, norms } = unitRowsOf(x);
  const sums = new Map<number, { count: number; sum: Float64Array }>();
  for (let row = 0; row < n; row++) {
    if (norms[row] === 0 || !(labels[row]! >= 0)) continue;
    const found = sums.get(labels[row]!) ?? { count: 0, sum: new Float64Array(d) };
    for (let i = 0; i < d; i++) found.sum[i]! += values(rows)[row * d + i]!;
    found.count++;
    sums.set(labels[row]!, found);
  }
  if (sums.size < 2) return nothingToMeasure('class separation needs two classes');
  const means = [...sums.values()].map(({ count, sum }) => sum.map((each) => each / count));
  // the mean cosine of all pairs of unit rows is the squared length of their mean
  const within = 1 - means.reduce((sum, mean) => sum + squaredLength(mean), 0) / means.length;
  const middle = means[0]!.map((_, i) => means.reduce((sum, mean) => sum + mean[i]!, 0) / means.length);
  const total = 1 - squaredLength(middle);
  if (total <= 1e-12) return nothingToMeasure('all rows have one direction');
  return {
    value: 1 - within / total,
    n: [...sums.values()].reduce((sum, { count }) => sum + count, 0),
    parts: { within, total, classes: sums.size },
    notes: zeroNotes(norms.filter((norm) => norm === 0).length),
  };
}

function squaredLength(row: Float64Array): number {
  return row.reduce((sum, each) => sum + each * each, 0);
}
