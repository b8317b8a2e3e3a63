import { definePairing } from '@viewforge/core';
import { z } from 'zod';
import { acrossViews } from './across-views.ts';
import { excludeOption } from './groups.ts';
import { gradientsOf, roleOption, viewsOf } from './role.ts';

/**
 * View 0 of every item as queries [n, d], view 1 of every item as keys [n, d]; further views are left out. Query i belongs
 * to key i, or by `blend` to the keys of the items it was mixed from. By `exclude`, a key of an item with the same id as the
 * query's at another place in the batch, or any key of its class, is excluded: neither positive nor negative. Keeps no state.
 *
 * Throws ViewforgeError: NAME for a role that the plan lacks, PLAN for a role of fewer than two views.
 */
export const inBatch = definePairing({
  name: 'in-batch',
  summary: 'Compare view 0 of each item with view 1 of every item in the batch.',
  reference: 'https://arxiv.org/abs/2103.00020',
  options: z.object({ role: roleOption, exclude: excludeOption }),
  start: () => null,
  pair(encoded, state, options) {
    const { role, views } = viewsOf(encoded, options.role, 'in-batch');
    const [query, key] = [views[0]!, views[1]!];
    const who = acrossViews(encoded, query, key, options.exclude);
    return {
      batch: { queries: query.features, keys: [key.features], ...who },
      state,
      pullback: ({ queries, keys }) => gradientsOf(encoded, role, [queries, keys?.[0]]),
    };
  },
});
