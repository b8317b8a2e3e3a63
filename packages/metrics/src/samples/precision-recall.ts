import { defineMetric, integer, type MetricReport, ViewforgeError } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import { z } from 'zod';
import { eachNearest, eachScored } from '../neighbors/nearest.ts';
import { notFinite, nothingToMeasure } from '../reports.ts';
import { areFinite, checkWidth } from '../rows.ts';
import { comparedSets, comparisonOptions } from './two-sets.ts';

/**
 * How far two sets of features cover each other: the harmonic mean of precision, the share of altered rows that lie where
 * originals are, and recall, the share of originals that lie where altered rows are. In [0, 1]. A set is where the balls around
 * its rows are, each as wide as the distance to the row's k-th nearest other row of the set.
 *
 * `parts`: `precision`, `recall`. `n` counts rows. Of more than `most` items, as many are chosen at random. NaN where a set has
 * no more than k rows, or a number is not finite. Throws ViewforgeError (NAME) for a role that the plan lacks.
 */
export const precisionRecall = defineMetric({
  name: 'precision-recall',
  summary: 'Measure how far two sets of views cover each other.',
  reference: 'https://arxiv.org/abs/1904.06991',
  better: 'higher',
  options: z.object({
    k: integer({ default: 3, min: 1, unit: 'rows', doc: 'A ball reaches to the k-th nearest row.' }),
    ...comparisonOptions,
  }),
  async measure(encoded, options, { signal }) {
    signal.throwIfAborted();
    return comparedSets(encoded, options, 'precision-recall', (x, y) => precisionRecallOf(x, y, options.k));
  },
});

/** The same of rows [n, d] and [m, d] as they are. Throws ViewforgeError: SHAPE where widths differ, OPTION for k below 1. */
export function precisionRecallOf(originals: Features, altered: Features, k = 3): MetricReport {
  const [n, m] = [originals.shape[0]!, altered.shape[0]!];
  if (!(Number.isInteger(k) && k >= 1)) {
    throw new ViewforgeError('OPTION', 'precision-recall', `expected k of at least 1, got ${k}`);
  }
  if (n <= k || m <= k) return nothingToMeasure(`precision and recall need ${k + 1} rows in each set`);
  checkWidth('precision-recall', altered, originals.shape[1]!);
  if (!areFinite([originals, altered])) return notFinite;
  const precision = coveredShare(originals, altered, k);
  const recall = coveredShare(altered, originals, k);
  const value = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { value, n: n + m, parts: { precision, recall }, notes: [] };
}

/** The share of `rows` that lie in a ball around some row of `centers`. */
function coveredShare(centers: Features, rows: Features, k: number): number {
  // nearness is minus the squared distance, here and below
  const edges = new Float64Array(centers.shape[0]!);
  eachNearest(
    { queries: centers, keys: centers, nearness: 'distance' },
    k,
    (row, { scores }) => {
      edges[row] = scores[k - 1]!;
    },
    (row, key) => row !== key,
  );
  let covered = 0;
  eachScored({ queries: rows, keys: centers, nearness: 'distance' }, (_, scores) => {
    if (scores.some((score, center) => score >= edges[center]!)) covered++;
  });
  return covered / rows.shape[0]!;
}
