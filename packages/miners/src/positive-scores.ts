import type { ContrastBatch } from '@viewforge/core';
import { dotProducts, type Features, values } from '@viewforge/tensor';
import { fillRows, rowsOf } from './rows.ts';

/**
 * The lowest cosine of each query with its positives (columns by query), Infinity without one: [n] in float64, to the bit what a search gives
 * for the same two rows.
 */
export function lowestScores(batch: ContrastBatch, positives: readonly (readonly number[])[]): Float64Array {
  const queries = rowsOf(batch.queries, 'cosine');
  const { d } = queries;
  const keyAt = keyFinder(batch.keys);
  return Float64Array.from(positives, (columns, row) => {
    if (columns.length === 0) return Number.POSITIVE_INFINITY;
    const n = columns.length;
    const tile = new Float64Array(n * d);
    for (const [i, column] of columns.entries()) fillRows(tile.subarray(i * d), { ...keyAt(column), count: 1, d }, 'cosine');
    const scores = new Float64Array(n);
    dotProducts({ rows: queries, first: row, count: 1 }, { data: tile, n, d }, 1, { data: scores, at: 0, stride: n });
    return scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY);
  });
}

/** Gives where the key of a column lies. */
function keyFinder(
  keys: readonly Features[],
): (column: number) => { readonly data: Float32Array | Float64Array; readonly first: number } {
  const blocks = keys.map((block) => ({ data: values(block), count: block.shape[0]! }));
  return (column) => {
    let first = column;
    for (const { data, count } of blocks) {
      if (first < count) return { data, first };
      first -= count;
    }
    throw new RangeError(`keyFinder: expected a column of the keys, got ${column}`);
  };
}
