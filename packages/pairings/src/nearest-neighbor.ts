import { choice, type ContrastBatch, definePairing, text } from '@viewforge/core';
import { z } from 'zod';
import { acrossViews } from './across-views.ts';
import { eachApart } from './each-apart.ts';
import { excludeOption } from './groups.ts';
import { nearestRows } from './nearest-rows.ts';
import { queueOptions } from './queue-options.ts';
import { gradientsAt, roleOption, viewAt } from './role.ts';
import { addToQueue, blocksOf, emptyQueue, openQueue, type RowQueue } from './row-queue.ts';
import { splitRows, stackedRows } from './stacked-rows.ts';

/**
 * View 0 of every item, replaced by the row of a support set that is nearest to it, as queries [n, d], and view 1 as keys
 * [n, d] (NNCLR); with `directions: 'both'` also view 1, replaced, against view 0: [2 n, d] and two blocks, where a query sees
 * the block of its own direction alone. Query i belongs to key i, or by `blend` to the keys of the items it was mixed from.
 * Nearest is the largest cosine, the lower place in a tie; an older row of the item itself may be it. Keys come from `keyRole`
 * where a predictor makes them. The support set is a `RowQueue`, as that of `queue`; the batch sees it as it was before, then
 * view 0, brought to length 1, enters it.
 *
 * A row of the support has no gradient, so gradients flow to keys alone. While the support is empty the view itself is the
 * query, gradient included: plain contrast, until there are neighbors. No block of keys is frozen.
 *
 * Throws ViewforgeError: NAME and PLAN for a role or view that the plan lacks, SHAPE for a support of another shape, NOT_FINITE
 * for views that hold NaN or an infinity.
 */
export const nearestNeighbor = definePairing({
  name: 'nearest-neighbor',
  summary: 'Compare the nearest row of a support set with the other view of the item.',
  reference: 'https://arxiv.org/abs/2104.14548',
  options: z.object({
    role: roleOption,
    keyRole: text({
      doc: 'Role of the keys, such as what a predictor makes of the views; the first role when left out.',
    }).optional(),
    directions: choice(['one', 'both'], {
      default: 'both',
      doc: 'View 0 against view 1 alone, or each against the other.',
    }),
    exclude: excludeOption,
    ...queueOptions({ startRandom: false }),
  }),
  start: emptyQueue,
  pair(encoded, state: RowQueue, options, { step }) {
    const indexes = options.directions === 'both' ? [0, 1] : [0];
    const asking = indexes.map((index) => viewAt(encoded, options.role, index, 'nearest-neighbor'));
    const keyRole = options.keyRole ?? asking[0]!.role;
    const answering = indexes.map((index) => viewAt(encoded, keyRole, 1 - index, 'nearest-neighbor'));
    const entering = asking[0]!.view.features;
    const opened = openQueue(state, options, entering, 'nearest-neighbor');
    const support = blocksOf(opened, options.startRandom ? options.capacity : opened.filled);
    const queries = asking.map(({ view: { features } }) =>
      support.length === 0 ? features : nearestRows(features, support, 'nearest-neighbor'),
    );
    const who = indexes.map((at) => acrossViews(encoded, asking[at]!.view, answering[at]!.view, options.exclude));
    const batch: ContrastBatch = {
      queries: stackedRows(queries),
      keys: answering.map(({ view }) => view.features),
      ...(who.length === 1 ? who[0]! : eachApart(who, encoded.items.length)),
    };
    return {
      batch,
      state: addToQueue(opened, { rows: entering, items: encoded.items, step }, options.atEnd, 'nearest-neighbor'),
      pullback: (gradients) => {
        const own = support.length === 0 ? splitRows(gradients.queries, indexes.length) : [];
        return gradientsAt(encoded, [
          ...asking.map((view, at) => [view, own[at]] as const),
          ...answering.map((view, at) => [view, gradients.keys?.[at]] as const),
        ]);
      },
    };
  },
});
