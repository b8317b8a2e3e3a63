import { definePairing, sparseWeights } from '@viewforge/core';
import { stack, tensor, unstack, values } from '@viewforge/tensor';
import { z } from 'zod';
import { type Belonging, belonging, isPlain } from './belonging.ts';
import { gradientsOf, roleOption, sumOf, viewsOf } from './role.ts';

/**
 * All views of a role, V of n items stacked view by view into [V n, d], as queries and as keys at once. A row never sees
 * itself; it belongs in equal parts to the other views of its item, or by `blend` to those of the items it was mixed from.
 * Rows that share an item id with it otherwise (duplicates in the batch) are excluded: neither positive nor negative.
 * Keeps no state. Queries and keys are the same tensor.
 *
 * Throws ViewforgeError: NAME for a role that the plan lacks, PLAN for a role of fewer than two views.
 */
export const bothWays = definePairing({
  name: 'both-ways',
  summary: 'Compare every view of each item with all other views in the batch.',
  reference: 'https://arxiv.org/abs/2002.05709',
  options: z.object({ role: roleOption }),
  start: () => null,
  pair(encoded, state, options) {
    const { role, views } = viewsOf(encoded, options.role, 'both-ways');
    const [n, d] = views[0]!.features.shape as [number, number];
    const rows = tensor(values(stack(views.map(({ features }) => features))), [views.length * n, d]);
    const all = views.map((_, index) => index);
    const who = isPlain(encoded, views) ? otherViews(views.length, n) : belonging(encoded, views, all, all);
    return {
      batch: { queries: rows, keys: [rows], ...who },
      state,
      pullback({ queries, keys }) {
        const sum = sumOf([queries, keys?.[0]]);
        const split = sum && tensor(values(sum), [views.length, n, d]);
        return gradientsOf(encoded, role, split ? views.map((_, index) => unstack(split, index)) : []);
      },
    };
  },
});

/** What `belonging` finds for plain items: row v * n + i belongs to the rows w * n + i of the other views. */
function otherViews(views: number, n: number): Belonging {
  const rows = Array.from({ length: views * n }, (_, row) => row);
  const others = Array.from({ length: views - 1 }, (_, w) => w);
  const targets = rows.map((row) => {
    const view = Math.floor(row / n);
    return others.map((w) => [(w < view ? w : w + 1) * n + (row % n), 1 / others.length] as const);
  });
  return { targets: sparseWeights(targets), excluded: { kind: 'self' } };
}
