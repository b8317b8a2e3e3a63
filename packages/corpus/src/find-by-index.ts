import type { BuiltIndex, Exclusion, NearestRows, Running } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';
import type { FindRows } from './mine-block.ts';

/** An index, and how many rows it is asked for first. */
export interface AskedIndex {
  readonly built: BuiltIndex;
  readonly reach: number;
  /** Whether it is asked for more where too few rows are left: an exact index then finds what comparing with every row finds. */
  readonly goesOn: boolean;
}

/** Asks an index for `reach` rows a query and leaves out what must not be found. Scores are those of the index. */
export function findByIndex({ built, reach, goesOn }: AskedIndex, running: Running): FindRows {
  return async (queries, wanted) => {
    const n = queries.shape[0]!;
    const found: Found = {
      columns: new Int32Array(n * wanted.count).fill(-1),
      scores: new Float32Array(n * wanted.count).fill(Number.NEGATIVE_INFINITY),
      counts: new Int32Array(n),
      count: wanted.count,
    };
    let open = Array.from({ length: n }, (_, row) => row);
    for (let most = Math.min(reach, built.size); open.length > 0; most = Math.min(4 * most, built.size)) {
      const near = await built.search(rowsAt(queries, open), most, running);
      const isShort = open.map((row, place) => !takeVisible(found, row, wanted, near, place));
      if (!goesOn || most === built.size) break;
      open = open.filter((_, place) => isShort[place]! && near.counts[place] === most);
    }
    return found;
  };
}

type Wanted = Parameters<FindRows>[1];

interface Found extends NearestRows {
  readonly scores: Float32Array;
}

/** In place: the list of a query becomes what is visible of the rows that were found at a place. Says whether nothing is missing. */
function takeVisible(
  to: Found,
  row: number,
  { count, excluded, codes, limits }: Wanted,
  near: NearestRows,
  place: number,
): boolean {
  const [lowest, highest] = [limits.lowest?.[row] ?? Number.NEGATIVE_INFINITY, limits.highest?.[row] ?? Number.POSITIVE_INFINITY];
  const isHidden = (column: number): boolean =>
    hidesRow(excluded, row, column) ||
    codes.some(({ queries, keys, hides }) => (queries[row]! >= 0 && queries[row] === keys[column]) === (hides === 'equal'));
  let size = 0;
  for (let i = 0; i < near.counts[place]!; i++) {
    const [column, score] = [near.columns[place * near.count + i]!, near.scores[place * near.count + i]!];
    if (size === count || score < lowest) return true;
    if (!(score <= highest) || isHidden(column)) continue;
    to.columns[row * count + size] = column;
    to.scores[row * count + size] = score;
    to.counts[row] = ++size;
  }
  return size === count;
}

function hidesRow(excluded: Exclusion, row: number, column: number): boolean {
  if (excluded.kind === 'none') return false;
  if (excluded.kind !== 'ranges') throw new RangeError(`find-by-index: expected ranges of rows, got "${excluded.kind}"`);
  const { offsets, starts, ends } = excluded;
  for (let e = offsets[row]!; e < offsets[row + 1]!; e++) if (column >= starts[e]! && column < ends[e]!) return true;
  return false;
}

function rowsAt(x: Features, rows: readonly number[]): Features {
  const [n, d] = x.shape as [number, number];
  if (rows.length === n) return x;
  const [from, data] = [values(x), new Float32Array(rows.length * d)];
  for (const [i, row] of rows.entries()) data.set(from.subarray(row * d, (row + 1) * d), i * d);
  return features(data, rows.length, d);
}
