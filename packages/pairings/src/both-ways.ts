import { definePairing } from '@viewforge/core';
import { z } from 'zod';
import { againstThemselves } from './against-themselves.ts';
import { excludeOption } from './groups.ts';
import { roleOption, viewsOf } from './role.ts';

/**
 * All views of a role, V of n items stacked view by view into [V n, d], as queries and as keys at once. A row never sees
 * itself; it belongs in equal parts to the other views of its item, or by `blend` to those of the items it was mixed from.
 * By `exclude`, rows that share an item id with it otherwise (duplicates in the batch), or all of its class, are excluded:
 * neither positive nor negative. With labels that say where a slice of a volume lies, excluding 'labels' is the global
 * contrast that leaves out slices of the same part (G^D- of Chaitanya et al. 2020). Keeps no state. Queries and keys are the
 * same tensor.
 *
 * Throws ViewforgeError: NAME for a role that the plan lacks, PLAN for a role of fewer than two views.
 */
export const bothWays = definePairing({
  name: 'both-ways',
  summary: 'Compare every view of each item with all other views in the batch.',
  reference: 'https://arxiv.org/abs/2002.05709',
  options: z.object({ role: roleOption, exclude: excludeOption }),
  start: () => null,
  pair(encoded, state, options) {
    const views = viewsOf(encoded, options.role, 'both-ways');
    return {
      ...againstThemselves(encoded, views, { positives: 'items', within: 'other-views', exclude: options.exclude }),
      state,
    };
  },
});
