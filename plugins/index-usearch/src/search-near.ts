import { setImmediate } from 'node:timers/promises';
import type { NearestRows, Running } from '@viewforge/core';
import type { BatchMatches, Index, Matches } from 'usearch';
import { isUsable } from './add-rows.ts';

/** Queries that are searched for before others get their turn. */
const queriesAtOnce = 64;

/** What an index finds for queries [n, width], best first, of equal scores the lower rows; nothing for one that holds NaN or an infinity. */
export async function searchNear(
  index: Index,
  queries: Float32Array,
  { width, count }: { readonly width: number; readonly count: number },
  { signal }: Running,
): Promise<NearestRows> {
  const n = queries.length / width;
  const found = {
    columns: new Int32Array(n * count).fill(-1),
    scores: new Float32Array(n * count).fill(Number.NEGATIVE_INFINITY),
    counts: new Int32Array(n),
    count,
  };
  const most = Math.min(count, index.size());
  for (let first = 0; first < n && most > 0; first += queriesAtOnce) {
    const last = Math.min(n, first + queriesAtOnce);
    const matches: Matches | BatchMatches = index.search(queries.subarray(first * width, last * width), most, 1);
    for (let row = first; row < last; row++) {
      if (!isUsable(queries, row, width)) continue;
      const isZero = queries.subarray(row * width, (row + 1) * width).every((value) => value === 0);
      take(found, row, matches, { at: (row - first) * most, most, isZero });
    }
    await setImmediate();
    signal.throwIfAborted();
  }
  return found;
}

/** In place: a list becomes what was found. The library calls two rows of zeros alike; their cosine is 0 as with any other row. */
function take(
  to: { readonly columns: Int32Array; readonly scores: Float32Array; readonly counts: Int32Array; readonly count: number },
  row: number,
  { keys, distances, ...rest }: Matches | BatchMatches,
  { at, most, isZero }: { readonly at: number; readonly most: number; readonly isZero: boolean },
): void {
  const size = 'counts' in rest ? Number((rest as BatchMatches).counts[at / most]) : keys.length;
  const list = Array.from({ length: size }, (_, i) => [Number(keys[at + i]), isZero ? 0 : 1 - distances[at + i]!] as const);
  list.sort(([a, x], [b, y]) => y - x || a - b);
  for (const [i, [column, score]] of list.entries()) {
    to.columns[row * to.count + i] = column;
    to.scores[row * to.count + i] = score;
  }
  to.counts[row] = size;
}
