import { type Exclusion, excludedRanges } from '@viewforge/core';

/** An exclusion of ranges [start, end) of columns for each row, without the columns that are a target of the row. */
export function withoutTargets(
  hidden: readonly (readonly (readonly [start: number, end: number])[])[],
  targets: readonly ReadonlySet<number>[],
): Exclusion {
  return excludedRanges(
    hidden.map((ranges, row) => {
      const columns = [...targets[row]!].sort((a, b) => a - b);
      return ranges.flatMap(([start, end]) => split(start, end, columns));
    }),
  );
}

function split(start: number, end: number, columns: readonly number[]): (readonly [number, number])[] {
  const pieces: (readonly [number, number])[] = [];
  let from = start;
  for (const column of columns) {
    if (column < from || column >= end) continue;
    pieces.push([from, column]);
    from = column + 1;
  }
  pieces.push([from, end]);
  return pieces; // empty ones are dropped where the exclusion is made
}
