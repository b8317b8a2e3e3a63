import type { Exclusion } from '@viewforge/core';

/** Rows of ranges of columns that are written one after the other, into typed arrays that grow: 8 bytes a range. */
export interface RangeRows {
  /** Columns from `start` to `end` - 1. Within a row ranges must ascend; one that touches the last is joined to it, an empty one left out. */
  add(start: number, end: number): void;
  /** Ends the row; as many rows as there were calls. */
  endRow(): void;
  /** The columns as what a row must not see; 'none' where there are none. */
  exclusion(): Exclusion;
}

/** A writer of `rows` rows of ranges, with room for two each before it has to grow. */
export function createRangeRows(rows: number): RangeRows {
  const offsets = new Int32Array(rows + 1);
  let starts = new Int32Array(Math.max(16, 2 * rows));
  let ends = new Int32Array(starts.length);
  let [row, count] = [0, 0];
  return {
    add(start, end) {
      if (start >= end) return;
      if (count > offsets[row]! && ends[count - 1] === start) {
        ends[count - 1] = end;
        return;
      }
      if (count === starts.length) [starts, ends] = [doubled(starts), doubled(ends)];
      starts[count] = start;
      ends[count++] = end;
    },
    endRow() {
      offsets[++row] = count;
    },
    exclusion: () =>
      count === 0 ? { kind: 'none' } : { kind: 'ranges', offsets, starts: starts.slice(0, count), ends: ends.slice(0, count) },
  };
}

function doubled(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const result = new Int32Array(2 * numbers.length);
  result.set(numbers);
  return result;
}
