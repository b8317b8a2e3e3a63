import type { EncodedViews, Paired } from '@viewforge/core';
import { belonging, type Relation } from './belonging.ts';
import { gradientsOf, type RoleViews, sumOf } from './role.ts';
import { splitRows, stackedRows } from './stacked-rows.ts';

/** The views of a role stacked view by view into one tensor [V n, d] that is queries and keys at once. */
export function againstThemselves(
  encoded: EncodedViews,
  { role, views }: RoleViews,
  relation: Pick<Relation, 'positives' | 'within' | 'exclude'>,
): Omit<Paired, 'state'> {
  const rows = stackedRows(views.map(({ features }) => features));
  const all = views.map((view, place) => ({ view, place }));
  return {
    batch: { queries: rows, keys: [rows], ...belonging(encoded, { queries: all, keys: all, ...relation }) },
    pullback: ({ queries, keys }) => gradientsOf(encoded, role, splitRows(sumOf([queries, keys?.[0]]), views.length)),
  };
}
