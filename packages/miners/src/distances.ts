import { type ContrastBatch, choice, countKeys } from '@viewforge/core';
import { dotProducts } from '@viewforge/tensor';
import { squaredDistance, type Rows, rowsOf, type Similarity } from './rows.ts';
import { checkFinite, checkShapes } from './sides.ts';

/** How far apart two rows are. */
export interface Distance {
  /** By the straight line between them, by its square, or by 1 - cosine. */
  readonly distance: 'euclidean' | 'squared-euclidean' | 'cosine';
  /** Of rows brought to length 1, or as given; all the same to the cosine. */
  readonly rows: 'unit' | 'raw';
}

/** The options that say how far apart two rows are. */
export const distanceOptions = {
  distance: choice(['euclidean', 'squared-euclidean', 'cosine'], {
    default: 'euclidean',
    doc: 'How far apart two rows are: the straight line between them, its square, or 1 - cosine.',
  }),
  rows: choice(['unit', 'raw'], {
    default: 'unit',
    doc: 'Compare rows brought to length 1, or as they are given; all the same to the cosine.',
  }),
};

/**
 * Gives the distances of one query to all keys, [k] in float64; the array may be used again for the next query.
 * Rows of length <= 1e-12 count as zero, so that they are at distance 1 from all rows of length 1.
 * Throws ViewforgeError: SHAPE for a batch whose parts do not fit, NOT_FINITE for a visible row that holds NaN or an infinity.
 */
export function distancesOf(batch: ContrastBatch, { distance, rows }: Distance, where: string): (row: number) => Float64Array {
  if (distance === 'cosine') {
    const cosines = cosinesOf(batch, where);
    return (row) => cosines(row).map((score) => 1 - score);
  }
  const { queries, keys } = checkedRows(batch, rows === 'raw' ? 'dot' : 'cosine', where);
  const { d } = queries;
  const found = new Float64Array(countKeys(batch));
  return (row) => {
    const query = queries.data.subarray(row * d, row * d + d);
    let column = 0;
    for (const { data, n } of keys) {
      for (let key = 0; key < n; key++) found[column++] = squaredDistance(query, data, key * d);
    }
    return distance === 'euclidean' ? found.map(Math.sqrt) : found;
  };
}

/**
 * Gives the cosines of one query with all keys, [k] in float64, within [-1, 1] up to rounding; 0 for rows of length <= 1e-12.
 * What was given for a query may be overwritten when the next one is asked for. Throws like `distancesOf`.
 */
export function cosinesOf(batch: ContrastBatch, where: string): (row: number) => Float64Array {
  const { queries, keys } = checkedRows(batch, 'cosine', where);
  const k = countKeys(batch);
  const scores = new Float64Array(queriesAtOnce * k);
  let first = -1;
  return (row) => {
    if (first === -1 || row < first || row >= first + queriesAtOnce) {
      first = row - (row % queriesAtOnce);
      const count = Math.min(queriesAtOnce, queries.n - first);
      let column = 0;
      for (const block of keys) {
        dotProducts({ rows: queries, first, count }, block, 1, { data: scores, at: column, stride: k });
        column += block.n;
      }
    }
    const at = (row - first) * k;
    return scores.subarray(at, at + k);
  };
}

/** Queries whose cosines are computed together. */
const queriesAtOnce = 8;

/** What is compared, in float64. */
export interface ComparedRows {
  readonly queries: Rows;
  /** By block. */
  readonly keys: readonly Rows[];
}

/** The rows of a batch, brought to length 1 for 'cosine'. Throws like `distancesOf`. */
export function checkedRows(batch: ContrastBatch, similarity: Similarity, where: string): ComparedRows {
  checkShapes(batch, where);
  checkFinite(batch, where);
  return { queries: rowsOf(batch.queries, similarity), keys: batch.keys.map((block) => rowsOf(block, similarity)) };
}
