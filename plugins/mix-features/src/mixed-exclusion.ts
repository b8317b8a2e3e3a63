import { type ContrastBatch, type Exclusion, excludedRanges } from '@viewforge/core';
import { hiddenRanges, positivesOf } from './batch-layout.ts';
import type { OpenedBlocks } from './interpolate.ts';

/**
 * What queries must not see of a batch with mixed blocks. A row that is hidden from a query is hidden in every mixture with it. Where blocks hold
 * positives, a query sees nothing but these in them, and of the mixed block behind them no mixture with one of its positives.
 */
export function mixedExclusion(batch: ContrastBatch, opened: OpenedBlocks): Exclusion {
  const { excluded } = batch;
  const { n, k, isApart } = opened;
  if (excluded.kind === 'none' && !isApart) return excluded;
  const mixtures = mixturesOf(batch, opened);
  let added = 0;
  const rows = Array.from({ length: n }, (_, row) => {
    const hidden = hiddenRanges(excluded, row);
    const positives = isApart ? positivesOf(batch, row).map((column) => [column, column + 1] as const) : [];
    const more: (readonly [number, number])[] = [];
    for (const [start, end] of [...hidden, ...positives]) {
      for (let column = start; column < end; column++) {
        for (const mixture of mixtures(column)) more.push([mixture, mixture + 1]);
      }
    }
    added += more.length;
    return isApart ? [...outside(positives, k), ...more] : [...hidden, ...more];
  });
  return added === 0 && !isApart ? excluded : excludedRanges(rows);
}

/** The columns of the mixtures that a column is in: one or two, none where it is not mixed. */
function mixturesOf({ keys }: ContrastBatch, { mixed, starts, order, rows, k, isApart }: OpenedBlocks) {
  const columns = new Int32Array(rows);
  const rowAt = new Int32Array(k).fill(-1);
  let row = 0;
  for (const b of mixed) {
    for (let at = 0; at < keys[b]!.shape[0]!; at++, row++) {
      columns[row] = starts[b]! + at;
      rowAt[starts[b]! + at] = row;
    }
  }
  const mixedWith = new Int32Array(rows);
  for (const [first, other] of order.entries()) mixedWith[other] = first;
  const shift = isApart ? k : 0;
  return (column: number): number[] => {
    const own = rowAt[column]!;
    return own < 0 ? [] : [shift + columns[own]!, shift + columns[mixedWith[own]!]!];
  };
}

/** What of 0 .. k - 1 is in none of these columns. */
function outside(positives: readonly (readonly [number, number])[], k: number): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  let from = 0;
  for (const [start, end] of [...positives].sort((a, b) => a[0] - b[0])) {
    found.push([from, start]);
    from = end;
  }
  return [...found, [from, k]];
}
