import { definePairing, type EncodedView, text, ViewforgeError } from '@viewforge/core';
import { z } from 'zod';
import { belonging } from './belonging.ts';
import { excludeOption } from './groups.ts';
import { gradientsAt, type PlacedView, viewsOf } from './role.ts';
import { splitRows, stackedRows } from './stacked-rows.ts';

/**
 * Views of some roles as queries, stacked role by role and view by view into [V n, d], and the views of one role as keys, a
 * block [n, d] for each: every crop, local or global, against the global ones (multi-crop). A query belongs in equal parts to
 * the keys of its item other than itself, or by `blend` to those of the items it was mixed from; a view never meets itself. By
 * `exclude`, other keys with its item's id, or of its class, are neither positive nor negative. Gradients flow to queries and to keys;
 * where keys are not to learn, name a role that nothing learns from. Keeps no state.
 *
 * Throws ViewforgeError: NAME for a role that the plan lacks, SHAPE for views of different widths. A plan of one global view
 * alone has no positives for it.
 */
export const globalLocal = definePairing({
  name: 'global-local',
  summary: 'Compare views of all roles, local crops among them, with the global views.',
  reference: 'https://arxiv.org/abs/2006.09882',
  options: z.object({
    queryRoles: z
      .array(z.string().min(1))
      .default([])
      .describe('Roles of the views that ask, such as "global" and "local"; all roles when empty.')
      .meta({ unit: 'none' }),
    keyRole: text({ doc: 'Role of the views that are keys; the first role of the plan when left out.' }).optional(),
    exclude: excludeOption,
  }),
  start: () => null,
  pair(encoded, state, options) {
    const roles = options.queryRoles.length > 0 ? [...new Set(options.queryRoles)] : Object.keys(encoded.views);
    const placed = (role: string | undefined): PlacedView[] => {
      const found = viewsOf(encoded, role, 'global-local', 1);
      return found.views.map((view, index) => ({ role: found.role, index, view }));
    };
    const queries = roles.flatMap(placed);
    const keys = placed(options.keyRole);
    checkWidths([...queries, ...keys]);
    const number = numbering(encoded.views);
    const stacked = (views: readonly PlacedView[]) => views.map((each) => ({ view: each.view, place: number(each) }));
    const who = belonging(encoded, {
      queries: stacked(queries),
      keys: stacked(keys),
      positives: 'items',
      within: 'other-views',
      exclude: options.exclude,
    });
    return {
      batch: { queries: stackedRows(queries.map(featuresOf)), keys: keys.map(featuresOf), ...who },
      state,
      pullback: (gradients) => {
        const own = splitRows(gradients.queries, queries.length);
        return gradientsAt(encoded, [
          ...queries.map((view, at) => [view, own[at]] as const),
          ...keys.map((view, at) => [view, gradients.keys?.[at]] as const),
        ]);
      },
    };
  },
});

function checkWidths(views: readonly PlacedView[]): void {
  const d = views[0]!.view.features.shape[1];
  const other = views.find(({ view }) => view.features.shape[1] !== d);
  if (other === undefined) return;
  const message = `expected views of width ${d}, got [${other.view.features.shape}] in role "${other.role}"; name roles of one width`;
  throw new ViewforgeError('SHAPE', 'global-local', message);
}

function featuresOf({ view }: PlacedView): EncodedView['features'] {
  return view.features;
}

/** Numbers views through all roles, so that one view has one number wherever it is used. */
function numbering(views: Readonly<Record<string, readonly EncodedView[]>>): (view: Omit<PlacedView, 'view'>) => number {
  const starts = new Map<string, number>();
  let next = 0;
  for (const [role, list] of Object.entries(views)) {
    starts.set(role, next);
    next += list.length;
  }
  return ({ role, index }) => starts.get(role)! + index;
}
