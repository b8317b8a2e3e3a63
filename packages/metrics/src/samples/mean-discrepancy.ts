import { defineMetric, type MetricReport, number, ViewforgeError } from '@viewforge/core';
import { type Features, values } from '@viewforge/tensor';
import { z } from 'zod';
import { notFinite, nothingToMeasure } from '../reports.ts';
import { areFinite, checkWidth, squaredDistance, stackRows } from '../rows.ts';
import { quantilesOf } from '../streams/quantiles.ts';
import { comparedSets, comparisonOptions } from './two-sets.ts';

/**
 * How far apart two sets of features lie: the squared maximum mean discrepancy under a Gaussian kernel e^(-|x - y|^2 / (2 s^2)),
 * unbiased, so that it is 0 on average where both sets come from one distribution, and may lie below 0. Of altered or generated
 * views against originals.
 *
 * `parts`: `biased` (with each row against itself; >= 0), `deviation` (s). `n` counts rows. Of more than `most` items, as many
 * are chosen at random. NaN with fewer than two rows in a set, or a number that is not finite. Throws ViewforgeError (NAME) for
 * a role that the plan lacks.
 */
export const meanDiscrepancy = defineMetric({
  name: 'mean-discrepancy',
  summary: 'Measure how far two sets of views lie apart by a Gaussian kernel (MMD).',
  better: 'lower',
  options: z.object({
    deviation: number({
      default: 0,
      min: 0,
      unit: 'features',
      doc: 'Width s of the kernel; 0 for the median distance of two rows.',
    }),
    ...comparisonOptions,
  }),
  async measure(encoded, options, { signal }) {
    signal.throwIfAborted();
    const deviation = options.deviation === 0 ? undefined : options.deviation;
    return comparedSets(encoded, options, 'mean-discrepancy', (x, y) => meanDiscrepancyOf(x, y, deviation));
  },
});

/** Of more rows, so many are taken for the median distance. */
const medianRows = 2000;

/**
 * The same of rows x [n, d] and y [m, d] as they are; `deviation` is the median distance of two rows of both sets when left out
 * (of 2000 evenly spaced rows where there are more), or the mean distance where that is 0. Distances are not stored. Throws
 * ViewforgeError: SHAPE where widths differ, OPTION for a deviation that is not above 0.
 */
export function meanDiscrepancyOf(x: Features, y: Features, deviation?: number): MetricReport {
  const [n, m] = [x.shape[0]!, y.shape[0]!];
  if (deviation !== undefined && !(deviation > 0)) {
    throw new ViewforgeError('OPTION', 'mean-discrepancy', `expected a deviation above 0, got ${deviation}`);
  }
  if (n < 2 || m < 2) return nothingToMeasure('the mean discrepancy needs two rows in each set');
  const d = x.shape[1]!;
  checkWidth('mean-discrepancy', y, d);
  if (!areFinite([x, y])) return notFinite;
  const [a, b] = [values(x), values(y)];
  const width = deviation ?? medianDistance(stackRows([x, y]));
  const kernel = (squared: number): number => (squared === 0 ? 1 : Math.exp(-squared / (2 * width * width)));
  const [within, among] = [pairSum(a, n, d, kernel), pairSum(b, m, d, kernel)];
  let across = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) across += kernel(squaredDistance(a, i, b, j, d));
  const between = (2 * across) / (n * m);
  return {
    value: (2 * within) / (n * (n - 1)) + (2 * among) / (m * (m - 1)) - between,
    n: n + m,
    parts: { biased: (2 * within + n) / (n * n) + (2 * among + m) / (m * m) - between, deviation: width },
    notes: deviation === undefined && n + m > medianRows ? [`the median is that of ${medianRows} of ${n + m} rows`] : [],
  };
}

/** Sum of the kernel over pairs i < j. */
function pairSum(rows: ArrayLike<number>, n: number, d: number, kernel: (squared: number) => number): number {
  let sum = 0;
  for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) sum += kernel(squaredDistance(rows, i, rows, j, d));
  return sum;
}

/** Of all rows [n, d], or of some. */
function medianDistance(all: Features): number {
  const [n, d] = all.shape as [number, number];
  const rows = values(all);
  const count = Math.min(n, medianRows);
  const row = (place: number): number => Math.floor((place * n) / count);
  const distances = new Float64Array((count * (count - 1)) / 2);
  for (let i = 1, at = 0; i < count; i++) {
    for (let j = 0; j < i; j++) distances[at++] = Math.sqrt(squaredDistance(rows, row(i), rows, row(j), d));
  }
  const [median] = quantilesOf(distances, [0.5]) as [number];
  if (median > 0) return median;
  // of rows that are all the same every width tells the same
  return distances.reduce((sum, each) => sum + each, 0) / distances.length || 1;
}
