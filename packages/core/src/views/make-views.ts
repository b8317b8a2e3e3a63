import type { Domain, Domains } from '../contracts/domains.ts';
import type { DrawnView, View, ViewPlan } from '../contracts/views.ts';
import { ViewforgeError } from '../error.ts';

/** Hop 4 for one item: every drawn view made from the decoded content. The same params give the same bytes, always. */
export function makeViews<D extends Domain>(
  id: string,
  content: Domains[D],
  plan: ViewPlan<D>,
  drawn: readonly DrawnView[],
): View[] {
  return drawn.map((view) => ({ ...view, item: id, value: makeView(id, content, plan, view) }));
}

/** One drawn view. Throws ViewforgeError (PLAN) when the plan has no such role and index; an augmenter's error is wrapped with item and params. */
export function makeView<D extends Domain>(
  id: string,
  content: Domains[D],
  plan: ViewPlan<D>,
  { role, index, params }: DrawnView,
): Domains[Domain] {
  const group = plan.groups.find(
    (each) => each.role === role && index >= (each.from ?? 0) && index < (each.from ?? 0) + each.count,
  );
  if (group === undefined)
    throw new ViewforgeError('PLAN', plan.name, `expected a role and index of the plan, got "${role}" ${index}`, { item: id });
  try {
    return group.augment.apply(content, params);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const code = cause instanceof ViewforgeError ? cause.code : 'PART';
    throw new ViewforgeError(code, plan.name, `${reason} (item ${id}, view ${role} ${index}, params ${JSON.stringify(params)})`, {
      cause,
      item: id,
      part: group.augment.name,
    });
  }
}
