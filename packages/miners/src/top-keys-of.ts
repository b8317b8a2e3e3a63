import { scoreOfRank, sortBest, withArena } from '@viewforge/kernels';
import { copyBack, listsOnMemory } from './kernel-arrays.ts';
import { hidesKey, type SearchChoices } from './search.ts';
import type { SearchPart } from './search-part.ts';
import type { TopKeys } from './top-lists.ts';
import { eachVisible } from './visible-columns.ts';

/** Keys that could not be compared, ascending, and how many keys there were. */
export interface SeenKeys {
  readonly broken: readonly number[];
  readonly columns: number;
}

/** What was found for the queries of parts that lie one after the other, keys that cannot be compared last. */
export function topKeysOf(search: SearchChoices, parts: readonly SearchPart[], seen: SeenKeys): TopKeys {
  const { count } = search;
  const n = parts.reduce((sum, part) => sum + part.rows.n, 0);
  const to: TopKeys = {
    columns: new Int32Array(n * count).fill(-1),
    scores: new Float64Array(n * count).fill(Number.NEGATIVE_INFINITY),
    counts: new Int32Array(n),
    count,
  };
  let at = 0;
  for (const part of parts) {
    finishPart(search, part, seen, { to, at });
    at += part.rows.n;
  }
  return to;
}

/** Where the results of a part belong: from row `at` on. */
interface Place {
  readonly to: TopKeys;
  readonly at: number;
}

function finishPart(search: SearchChoices, { first, rows, lists }: SearchPart, seen: SeenKeys, { to, at }: Place): void {
  withArena(() => {
    const own = listsOnMemory(lists);
    sortBest(own);
    copyBack(own, lists);
  });
  const { entries, sizes, room } = lists;
  for (let row = 0; row < rows.n; row++) {
    const base = (at + row) * to.count;
    let size = sizes[2 * row]!;
    for (let i = 0, e = 2 * row * room; i < size; i++, e += 2) {
      to.columns[base + i] = entries[e]!;
      to.scores[base + i] = scoreOfRank(entries[e + 1]!);
    }
    if (size < to.count && search.limits === undefined) {
      const isBroken = Number.isNaN(rows.data[row * rows.d]);
      size = fillBroken(search, first + row, isBroken ? undefined : seen.broken, seen.columns, { to, base, size });
    }
    to.counts[at + row] = size;
  }
}

/** In place: columns that score NaN (all where `broken` is undefined) go to the end of a list of `size`; its new size. */
function fillBroken(
  { excluded, codes }: SearchChoices,
  query: number,
  broken: readonly number[] | undefined,
  columns: number,
  { to, base, size }: { readonly to: TopKeys; readonly base: number; readonly size: number },
): number {
  let place = size;
  if (broken?.length === 0) return place;
  let next = 0;
  eachVisible(excluded, query, { from: 0, to: columns }, (run) => {
    let column = run.from;
    while (place < to.count) {
      if (broken !== undefined) {
        while (next < broken.length && broken[next]! < column) next++;
        column = broken[next] ?? columns;
      }
      if (column >= run.to) break;
      if (!hidesKey(codes, query, column)) {
        to.columns[base + place] = column;
        to.scores[base + place] = Number.NaN;
        place++;
      }
      column++;
    }
  });
  return place;
}
