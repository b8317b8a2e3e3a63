import type { z } from 'zod';
import type { Domain } from '../contracts/domains.ts';
import type { ViewGroup, ViewPlan } from '../contracts/views.ts';
import { ViewforgeError } from '../error.ts';
import { type About, createFactory, type Factory } from './factory.ts';

/** Which views to make of one item. */
export interface PlanRecipe<D extends Domain, S extends z.ZodObject> extends About<S> {
  /** What the augmenters of the groups take; 'pixels' when left out. */
  readonly accepts?: D;
  groups(options: z.output<S>): readonly ViewGroup<D>[];
}

/** Defines a plan: how one item becomes several views. Throws PLAN when a role and index occur twice, or no view is made. */
export function definePlan<S extends z.ZodObject, D extends Domain = 'pixels'>(
  recipe: PlanRecipe<D, S>,
): Factory<'plan', S, ViewPlan<D>> {
  const { groups, accepts = 'pixels' as D, ...about } = recipe;
  return createFactory<'plan', S, ViewPlan<D>>('plan', about, (options) => {
    const made = groups(options);
    checkGroups(made, accepts, about.name);
    return { accepts, groups: made };
  });
}

function checkGroups<D extends Domain>(groups: readonly ViewGroup<D>[], accepts: D, where: string): void {
  const seen = new Set<string>();
  for (const { role, from = 0, count, augment } of groups) {
    if (!Number.isInteger(count) || count < 0)
      throw new ViewforgeError('PLAN', where, `expected a whole count of views for role "${role}", got ${count}`);
    if (augment.accepts !== accepts) {
      throw new ViewforgeError(
        'DOMAIN',
        where,
        `expected augmenters that accept ${accepts}, got "${augment.name}", which accepts ${augment.accepts}`,
      );
    }
    for (let index = from; index < from + count; index++) {
      if (seen.has(`${role} ${index}`))
        throw new ViewforgeError('PLAN', where, `expected each role and index once, got "${role}" ${index} twice`);
      seen.add(`${role} ${index}`);
    }
  }
  if (seen.size === 0) throw new ViewforgeError('PLAN', where, 'expected at least one view, got none');
}
