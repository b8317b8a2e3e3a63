import type { EncodedView, EncodedViews } from '@viewforge/core';
import { groupsOf, likenessOf } from './groups.ts';
import { holdersOf, partsOf } from './holders.ts';
import { eachAdded, type RowQueue } from './row-queue.ts';

/** Places in a queue for each query, ascending: those of query i are columns[offsets[i]] .. columns[offsets[i + 1] - 1]. */
export interface QueueLikes {
  readonly offsets: Int32Array;
  readonly columns: Int32Array;
}

/**
 * The rows of a queue with the id or the class of something a view holds, by its rows; undefined where there are none. One
 * pass over the queue's ids to count and one to fill, whatever the number of queries.
 */
export function queueLikes(
  queue: RowQueue,
  { items }: EncodedViews,
  view: EncodedView,
  by: 'ids' | 'labels' | 'nothing',
): QueueLikes | undefined {
  if (by === 'nothing') return undefined;
  const groups = groupsOf(items, by);
  const holders = holdersOf(partsOf([{ view, place: 0 }], items.length), groups);
  const each = (visit: (row: number, place: number) => void): void => {
    const last = new Int32Array(items.length).fill(-1); // a mixed view may hold two of one group
    eachAdded(queue, (place, id, label) => {
      const group = groups.numbers.get(likenessOf(by, id, label));
      if (group === undefined) return;
      for (let e = holders.offsets[group]!; e < holders.offsets[group + 1]!; e++) {
        const row = holders.columns[e]!;
        if (last[row] !== place) visit(row, place);
        last[row] = place;
      }
    });
  };
  const offsets = new Int32Array(items.length + 1);
  each((row) => offsets[row + 1]!++);
  for (let row = 0; row < items.length; row++) offsets[row + 1]! += offsets[row]!;
  if (offsets[items.length] === 0) return undefined;
  const columns = new Int32Array(offsets[items.length]!);
  const next = offsets.slice();
  each((row, place) => {
    columns[next[row]!++] = place;
  });
  return { offsets, columns };
}
