import { type EncodedView, eachWeight } from '@viewforge/core';
import type { Groups } from './groups.ts';

/** One view of a stack: row `p * items + i` of the stack is item i in its p-th view. */
export interface StackedView {
  readonly view: EncodedView;
  /** Tells views apart: a view that is in both stacks has one number in both. */
  readonly place: number;
}

/** What each row of a stack holds of which items, row by row. */
export interface Parts {
  readonly rows: number;
  readonly offsets: Int32Array;
  readonly items: Int32Array;
  readonly shares: Float64Array;
}

/** The parts of every row of a stack of views of n items. */
export function partsOf(stack: readonly StackedView[], n: number): Parts {
  const rows = stack.length * n;
  const offsets = new Int32Array(rows + 1);
  const each = (visit: (row: number, item: number, share: number) => void): void => {
    stack.forEach(({ view: { blend } }, p) => {
      for (let i = 0; i < n; i++) {
        if (blend.kind === 'identity') visit(p * n + i, i, 1);
        else
          eachWeight(blend, i, (item, share) => {
            if (share > 0) visit(p * n + i, item, share);
          });
      }
    });
  };
  each((row) => offsets[row + 1]!++);
  for (let row = 0; row < rows; row++) offsets[row + 1]! += offsets[row]!;
  const items = new Int32Array(offsets[rows]!);
  const shares = new Float64Array(offsets[rows]!);
  let next = 0;
  each((_, item, share) => {
    items[next] = item;
    shares[next++] = share;
  });
  return { rows, offsets, items, shares };
}

/** Which columns hold something of a group, and with which share; columns ascend within a group. */
export interface Holders {
  readonly offsets: Int32Array;
  readonly columns: Int32Array;
  readonly shares: Float64Array;
}

/** The rows that hold something of each group. */
export function holdersOf({ rows, offsets, items, shares }: Parts, groups: Groups): Holders {
  const starts = new Int32Array(groups.count + 1);
  for (const item of items) starts[groups.of[item]! + 1]!++;
  for (let group = 0; group < groups.count; group++) starts[group + 1]! += starts[group]!;
  const next = starts.slice();
  const held = { offsets: starts, columns: new Int32Array(items.length), shares: new Float64Array(items.length) };
  for (let row = 0; row < rows; row++) {
    for (let e = offsets[row]!; e < offsets[row + 1]!; e++) {
      const at = next[groups.of[items[e]!]!]!++;
      held.columns[at] = row;
      held.shares[at] = shares[e]!;
    }
  }
  return held;
}
