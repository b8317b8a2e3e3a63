import type { Exclusion } from '@viewforge/core';

/** Columns from .. to, the last one not included. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/** Calls `visit` with the runs of columns within `all` that query `row` may see, ascending; some may be empty. */
export function eachVisible(excluded: Exclusion, row: number, all: Run, visit: (run: Run) => void): void {
  const isOutside = excluded.kind === 'self' && (row < all.from || row >= all.to);
  if (excluded.kind === 'none' || isOutside) {
    visit(all);
    return;
  }
  if (excluded.kind === 'self') {
    visit({ from: all.from, to: row });
    visit({ from: row + 1, to: all.to });
    return;
  }
  if (excluded.kind === 'ranges') {
    const { offsets, starts, ends } = excluded;
    const last = offsets[row + 1]!;
    let from = all.from;
    for (let e = firstFrom(ends, offsets[row]!, last, all.from + 1); e < last && starts[e]! < all.to; e++) {
      if (starts[e]! > from) visit({ from, to: starts[e]! });
      from = ends[e]!;
    }
    if (from < all.to) visit({ from, to: all.to });
    return;
  }
  const { offsets, columns } = excluded;
  const last = offsets[row + 1]!;
  let from = all.from;
  for (let e = firstFrom(columns, offsets[row]!, last, all.from); e < last && columns[e]! < all.to; e++) {
    const column = columns[e]!;
    visit(excluded.kind === 'except' ? { from: column, to: column + 1 } : { from, to: column });
    from = column + 1;
  }
  if (excluded.kind === 'sparse') visit({ from, to: all.to });
}

/** The first place in from .. to whose column is at least `least`; columns ascend. */
function firstFrom(columns: Int32Array, from: number, to: number, least: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (columns[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
