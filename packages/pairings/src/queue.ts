import {
  choice,
  type ContrastBatch,
  definePairing,
  type EncodedViews,
  type Exclusion,
  eachExcluded,
  eachWeight,
  flag,
  integer,
  text,
} from '@viewforge/core';
import { z } from 'zod';
import { acrossViews } from './across-views.ts';
import type { Belonging } from './belonging.ts';
import { excludeOption } from './groups.ts';
import { queueOptions } from './queue-options.ts';
import { type QueueLikes, queueLikes } from './queue-likes.ts';
import { createRangeRows } from './range-rows.ts';
import { type PlacedView, gradientsAt, roleOption, viewAt } from './role.ts';
import { addToQueue, blocksOf, emptyQueue, openQueue, type RowQueue } from './row-queue.ts';
import { createSparseRows } from './sparse-rows.ts';

/**
 * View 0 of every item as queries [n, d], and as keys first view 1 of every item [n, d], of which a query sees its own alone
 * (by `negatives` the others, too), then the queue in blocks of at most 1024 rows, all of them negatives. The batch sees the
 * queue as it was before; then the keys of the batch, brought to length 1, enter it in their order (`addToQueue`). A query that
 * was mixed belongs by `blend` to the keys of its items. By `exclude`, rows of the queue and other keys of the batch with the
 * id or class of one of the query's items are no negatives; a row enters under the item at its place, mixed or not.
 *
 * Keys come from `keyRole` where a momentum encoder or another head makes them. Gradients flow to queries; to the keys of the
 * batch with `gradientToKeys`; never to the queue. State is a `RowQueue`: plain data, never changed, chunks that were not
 * written to are shared from step to step; `queueAges` says how old its rows are.
 *
 * Edges: with `capacity` 0 the other keys of the batch are the negatives. Without random rows the first batch has no negatives
 * (InfoNCE 0). More keys than rows keep the last K. Exclusions take some 20 bytes for each query, and 8 for each row of the queue that
 * one excludes.
 *
 * Throws ViewforgeError: NAME and PLAN for a role or view that the plan lacks, SHAPE for a queue of another shape, NOT_FINITE
 * for keys that hold NaN or an infinity.
 */
export const queue = definePairing({
  name: 'queue',
  summary: 'Compare each view with its own key and with a queue of keys from earlier batches.',
  reference: 'https://arxiv.org/abs/1911.05722',
  options: z.object({
    role: roleOption,
    queryView: integer({ default: 0, min: 0, unit: 'none', doc: 'Index of the view that asks.' }),
    keyRole: text({
      doc: 'Role of the views that are keys, such as those of a momentum encoder; the role of the queries when left out.',
    }).optional(),
    keyView: integer({ default: 1, min: 0, unit: 'none', doc: 'Index of the view that is the key.' }),
    negatives: choice(['queue', 'queue-and-batch'], {
      default: 'queue',
      doc: 'Whether the keys of other items in the batch are negatives as well.',
    }),
    exclude: excludeOption,
    gradientToKeys: flag({ default: false, doc: 'Whether gradients flow to the keys of the batch.' }),
    ...queueOptions({ startRandom: true }),
  }),
  start: emptyQueue,
  pair(encoded, state: RowQueue, options, { step }) {
    const query = viewAt(encoded, options.role, options.queryView, 'queue');
    const key = viewAt(encoded, options.keyRole ?? query.role, options.keyView, 'queue');
    const opened = openQueue(state, options, key.view.features, 'queue');
    const blocks = blocksOf(opened, options.startRandom ? options.capacity : opened.filled);
    const who = acrossViews(encoded, query.view, key.view, options.exclude);
    const ownAlone = options.negatives === 'queue' && options.capacity > 0;
    const batch: ContrastBatch = {
      queries: query.view.features,
      keys: [key.view.features, ...blocks],
      targets: who.targets,
      excluded: excludedOf(encoded, who, query, { opened, exclude: options.exclude, ownAlone }),
      frozen: [!options.gradientToKeys, ...blocks.map(() => true)],
    };
    const entries = { rows: key.view.features, items: encoded.items, step };
    return {
      batch,
      state: addToQueue(opened, entries, options.atEnd, 'queue'),
      pullback: ({ queries, keys }) =>
        gradientsAt(encoded, [
          [query, queries],
          [key, options.gradientToKeys ? keys?.[0] : undefined],
        ]),
    };
  },
});

interface Surroundings {
  readonly opened: RowQueue;
  readonly exclude: 'ids' | 'labels' | 'nothing';
  /** Whether a query sees its positives alone among the keys of the batch. */
  readonly ownAlone: boolean;
}

/** Columns of the batch first, then those of the queue. */
function excludedOf(
  encoded: EncodedViews,
  who: Belonging,
  query: PlacedView,
  { opened, exclude, ownAlone }: Surroundings,
): Exclusion {
  const n = encoded.items.length;
  const likes = queueLikes(opened, encoded, query.view, exclude);
  if (ownAlone) return ownKeysAlone(who, n, likes);
  if (likes === undefined) return who.excluded;
  const rows = createSparseRows(n, n + likes.columns.length);
  const inBatch = { keys: [query.view.features], excluded: who.excluded };
  for (let row = 0; row < n; row++) {
    eachExcluded(inBatch, row, (column) => rows.add(column, 1));
    for (let e = likes.offsets[row]!; e < likes.offsets[row + 1]!; e++) rows.add(n + likes.columns[e]!, 1);
    rows.endRow();
  }
  return rows.exclusion();
}

/** Everything between the positives among n columns, and the likes among those after them. */
function ownKeysAlone({ targets }: Belonging, n: number, likes: QueueLikes | undefined): Exclusion {
  const rows = createRangeRows(n);
  for (let row = 0; row < n; row++) {
    let from = 0;
    eachWeight(targets, row, (column, weight) => {
      if (!(weight > 0)) return;
      rows.add(from, column);
      from = column + 1;
    });
    rows.add(from, n);
    if (likes) {
      for (let e = likes.offsets[row]!; e < likes.offsets[row + 1]!; e++)
        rows.add(n + likes.columns[e]!, n + likes.columns[e]! + 1);
    }
    rows.endRow();
  }
  return rows.exclusion();
}
