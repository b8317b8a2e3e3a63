import { type MetricReport, ViewforgeError } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import { notFinite, nothingToMeasure, zeroNotes } from '../reports.ts';
import { areFinite, directionsOf, rowsAt, unitRowsOf } from '../rows.ts';
import { eachNearest } from './nearest.ts';

/**
 * How much two encoders agree on who is near whom: the mean, over n items, of the share of the k nearest of an item by cosine
 * in x [n, d] that are among its k nearest in y [n, e] too. In [0, 1]; k / (n - 1) by chance.
 *
 * Items whose row has length 0 in either are left out; `n` counts the others. Of fewer than k + 1 items, all others are
 * neighbors. NaN with fewer than two items, or a number that is not finite. Throws ViewforgeError (SHAPE) for different numbers
 * of rows, (OPTION) for k below 1.
 */
export function neighborhoodPreservation(x: Features, y: Features, k = 10): MetricReport {
  if (x.shape[0] !== y.shape[0]) {
    throw new ViewforgeError(
      'SHAPE',
      'neighborhood preservation',
      `expected rows of the same items, got [${x.shape}] and [${y.shape}]`,
    );
  }
  if (!(Number.isInteger(k) && k >= 1)) {
    throw new ViewforgeError('OPTION', 'neighborhood preservation', `expected k of at least 1, got ${k}`);
  }
  if (!areFinite([x, y])) return notFinite;
  const inY = new Set(directionsOf(y).kept);
  const kept = directionsOf(x).kept.filter((row) => inY.has(row));
  const n = kept.length;
  if (n < 2) return nothingToMeasure('neighborhoods need two items that are not 0');
  const first = neighborsOf(rowsAt(x, kept), k);
  const second = neighborsOf(rowsAt(y, kept), k);
  const shared = first.reduce((sum, keys, i) => {
    const others = new Set(second[i]);
    return sum + keys.filter((key) => others.has(key)).length;
  }, 0);
  return { value: shared / (n * Math.min(k, n - 1)), n, parts: {}, notes: zeroNotes(x.shape[0]! - n) };
}

function neighborsOf(x: Features, k: number): Int32Array[] {
  const { rows } = unitRowsOf(x);
  const found: Int32Array[] = [];
  eachNearest(
    { queries: rows, keys: rows, nearness: 'product' },
    k,
    (_, { keys }) => found.push(keys),
    (a, b) => a !== b,
  );
  return found;
}
