import { type BestLists, openBestLists } from '@viewforge/kernels';
import { setLimits } from './float-limits.ts';
import type { FloatRows } from './float-rows.ts';
import type { SearchChoices } from './search.ts';

/** Entries of lists that are worked on together: 64 MB. */
const entriesAtOnce = 2 ** 23;
/** Floats of queries that are: 256 MB. */
const floatsAtOnce = 2 ** 26;

/** Some of the queries of a search, and what was found for them. */
export interface SearchPart {
  /** Row of the search that is row 0 here. */
  readonly first: number;
  readonly rows: FloatRows;
  readonly lists: BestLists;
}

/** Queries in parts whose lists fit on the kernels' memory; row 0 of `rows` is row `first` of the search. */
export function openParts(search: SearchChoices, rows: FloatRows, first: number): SearchPart[] {
  const each = Math.max(1, Math.floor(Math.min(entriesAtOnce / (2 * search.count + 32), floatsAtOnce / Math.max(1, rows.d))));
  const parts: SearchPart[] = [];
  const { data, d } = rows;
  for (let row = 0; row < rows.n; row += each) {
    const n = Math.min(each, rows.n - row);
    parts.push(openPart(search, { data: data.subarray(row * d, (row + n) * d), n, d }, first + row));
  }
  return parts;
}

function openPart(search: SearchChoices, rows: FloatRows, first: number): SearchPart {
  const lists = openBestLists(rows.n, search.count);
  setLimits(lists.limits, search.limits, first);
  return { first, rows, lists };
}
