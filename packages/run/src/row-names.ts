import { apiVersion, type Json, type Origin, type ViewPlan } from '@viewforge/core';
import type { MadeItem } from './make-item.ts';

/**
 * A name for view `place` of every item: what was read (as the source names it), item, role, index, the part that made the view with
 * versions and options, what was drawn, and the versions that arithmetic depends on. undefined where a source does not name what it reads,
 * or a plan has a part that only this thread can make, of which no version is known.
 */
export function rowNames(made: readonly MadeItem[], place: number, plan: ViewPlan): readonly string[] | undefined {
  const view = made[0]?.drawn[place];
  const group = plan.groups.find(
    ({ role, from = 0, count }) => role === view?.role && view.index >= from && view.index < from + count,
  );
  if (group?.augment.origin === undefined || made.some(({ content }) => content === undefined)) return undefined;
  const how = [recipeOf(group.augment.origin), apiVersion, process.versions.v8];
  return made.map(({ id, content, drawn }) => {
    const { role, index, params } = drawn[place]!;
    return JSON.stringify([content!, id, role, index, params, how]);
  });
}

/** An origin without where its modules lie, which decides nothing. */
function recipeOf(origin: Origin): Json {
  if ('compose' in origin) return [origin.compose, origin.options, origin.of.map(recipeOf)];
  const { plugin, name, version, options } = origin;
  return [plugin, name, version, options];
}
