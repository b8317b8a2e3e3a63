import { defineMetric, type MetricReport } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import { z } from 'zod';
import { eachNearest } from '../neighbors/nearest.ts';
import { notFinite, nothingToMeasure } from '../reports.ts';
import { areFinite, checkWidth, stackRows } from '../rows.ts';
import { comparedSets, comparisonOptions } from './two-sets.ts';

/**
 * How well two sets of features can be told apart: the share of rows whose nearest other row, by distance, is of their own set.
 * In [0, 1]; 0.5 where they cannot be told apart, 1 where they lie apart, below 0.5 where rows of one set copy those of the
 * other.
 *
 * `parts`: `original` and `altered`, the share in each set. A tie goes to the earlier row, originals first. `n` counts rows. Of
 * more than `most` items, as many are chosen at random. NaN with fewer than two rows in a set, or a number that is not finite.
 * Throws ViewforgeError (NAME) for a role that the plan lacks.
 */
export const nearestNeighborTest = defineMetric({
  name: 'nearest-neighbor-test',
  summary: 'Measure how well two sets of views can be told apart by the nearest row.',
  reference: 'https://arxiv.org/abs/1610.06545',
  better: 'neither',
  options: z.object(comparisonOptions),
  async measure(encoded, options, { signal }) {
    signal.throwIfAborted();
    return comparedSets(encoded, options, 'nearest-neighbor-test', nearestNeighborTestOf);
  },
});

/** The same of rows [n, d] and [m, d] as they are. Throws ViewforgeError (SHAPE) where widths differ. */
export function nearestNeighborTestOf(originals: Features, altered: Features): MetricReport {
  const [n, m] = [originals.shape[0]!, altered.shape[0]!];
  if (n < 2 || m < 2) return nothingToMeasure('the nearest-neighbor test needs two rows in each set');
  checkWidth('nearest-neighbor-test', altered, originals.shape[1]!);
  if (!areFinite([originals, altered])) return notFinite;
  const all = stackRows([originals, altered]);
  const own = [0, 0];
  eachNearest(
    { queries: all, keys: all, nearness: 'distance' },
    1,
    (row, { keys }) => {
      if (row < n === keys[0]! < n) own[Number(row >= n)]! += 1;
    },
    (row, key) => row !== key,
  );
  const [first, second] = own as [number, number];
  return { value: (first + second) / (n + m), n: n + m, parts: { original: first / n, altered: second / m }, notes: [] };
}
