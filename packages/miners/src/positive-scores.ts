import type { ContrastBatch } from '@viewforge/core';
import { dotProducts, type Features, features, values } from '@viewforge/tensor';
import { floatRowsOf, floatScore } from './float-rows.ts';
import { fillRows, rowsOf } from './rows.ts';

/**
 * The lowest cosine of each query with its positives (columns by query), Infinity without one: [n] in float64, to the bit what a search gives
 * for the same two rows.
 */
export function lowestScores(batch: ContrastBatch, positives: readonly (readonly number[])[]): Float64Array {
  const scoresOf = batch.queries.data instanceof Float32Array ? floatScores(batch) : doubleScores(batch);
  return Float64Array.from(positives, (columns, row) => {
    if (columns.length === 0) return Number.POSITIVE_INFINITY;
    return scoresOf(row, columns).reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY);
  });
}

type ScoresOf = (row: number, columns: readonly number[]) => Float64Array;

function doubleScores(batch: ContrastBatch): ScoresOf {
  const queries = rowsOf(batch.queries, 'cosine');
  const { d } = queries;
  const keyAt = keyFinder(batch.keys);
  return (row, columns) => {
    const n = columns.length;
    const tile = new Float64Array(n * d);
    for (const [i, column] of columns.entries()) fillRows(tile.subarray(i * d), { ...keyAt(column), count: 1, d }, 'cosine');
    const scores = new Float64Array(n);
    dotProducts({ rows: queries, first: row, count: 1 }, { data: tile, n, d }, 1, { data: scores, at: 0, stride: n });
    return scores;
  };
}

function floatScores(batch: ContrastBatch): ScoresOf {
  const { data: queries, d } = floatRowsOf(batch.queries, 'cosine');
  const keyAt = keyFinder(batch.keys);
  return (row, columns) => {
    const query = queries.subarray(row * d, (row + 1) * d);
    return Float64Array.from(columns, (column) => {
      const { data, first } = keyAt(column);
      const key = floatRowsOf(features(data.subarray(first * d, (first + 1) * d), 1, d), 'cosine');
      return floatScore(query, key.data);
    });
  };
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
