import { definePairing } from '@viewforge/core';
import { z } from 'zod';
import { againstThemselves } from './against-themselves.ts';
import { roleOption, viewsOf } from './role.ts';

/**
 * All views of a role, V of n items stacked view by view into [V n, d], as queries and as keys at once, as in `bothWays`, with
 * the labels as truth: a row belongs in equal parts to every other row of its class, other views of its item among them. An
 * item without a label (or with a negative one) belongs to its own views alone, and duplicates of its id are excluded. A row
 * that was mixed belongs to a class by the share of the items in it. A row never sees itself. Keeps no state.
 *
 * With InfoNCE this is supervised contrast, each positive for itself. With labels that say where slices of volumes lie, and
 * `positives: 'apart'`, it is the global contrast that takes slices of one part for positives (G^D of Chaitanya et al. 2020).
 * Targets hold the square of a class's rows, 8 bytes each.
 * One view is enough; a row alone in its class has no positive.
 *
 * Throws ViewforgeError: NAME for a role that the plan lacks.
 */
export const byLabel = definePairing({
  name: 'by-label',
  summary: 'Compare all views in the batch, those of one class being positives.',
  reference: 'https://arxiv.org/abs/2004.11362',
  options: z.object({ role: roleOption }),
  start: () => null,
  pair(encoded, state, options) {
    const views = viewsOf(encoded, options.role, 'by-label', 1);
    return { ...againstThemselves(encoded, views, { positives: 'labels', within: 'views', exclude: 'ids' }), state };
  },
});
