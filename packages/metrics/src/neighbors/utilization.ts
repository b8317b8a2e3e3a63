import type { MetricReport } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { notFinite, nothingToMeasure } from '../reports.ts';
import { areFinite } from '../rows.ts';
import { eachNearest } from './nearest.ts';

/**
 * How well a pool of embeddings covers queries: the mean over queries [n, d] of the squared Euclidean distance to the closest
 * row of `pool` [m, d], or of `added` [k, d] where there are some, such as mixed embeddings; rows as they are. At least 0,
 * lower where more of the space is used (metric mixup, arXiv 2106.04990).
 *
 * `n` counts queries. `parts`: with `added`, `before`: the value without them, which is never lower. Infinity for an empty
 * pool; NaN, with a note, without queries or with a number that is not finite. Throws ViewforgeError (SHAPE) where widths
 * differ.
 */
export function utilizationOf(queries: Features, pool: Features, added?: Features): MetricReport {
  const [n, d] = queries.shape as [number, number];
  if (!areFinite([queries, pool, ...(added ? [added] : [])])) return notFinite;
  if (n === 0) return nothingToMeasure('utilization needs a query');
  const [old, more] = [closest(queries, pool), closest(queries, added ?? features(new Float64Array(0), 0, d))];
  const mean = (distances: readonly number[]): number => distances.reduce((sum, each) => sum + each, 0) / n;
  const value = mean(old.map((distance, query) => Math.min(distance, more[query]!)));
  return { value, n, parts: added ? { before: mean(old) } : {}, notes: [] };
}

/** [n]; squared distances. */
function closest(queries: Features, keys: Features): readonly number[] {
  const found: number[] = [];
  eachNearest({ queries, keys, nearness: 'distance' }, 1, (_, { scores }) =>
    found.push(-(scores[0] ?? Number.NEGATIVE_INFINITY)),
  );
  return found;
}
