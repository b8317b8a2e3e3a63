import { type EncodedView, type EncodedViews, text, ViewforgeError } from '@viewforge/core';
import { type Features, tensor, values, zeros } from '@viewforge/tensor';

/** The option that says which role's views are compared. */
export const roleOption = text({
  doc: 'Role of the views that are compared; the first role of the plan when left out.',
}).optional();

/** The views of one role. */
export interface RoleViews {
  readonly role: string;
  /** Two or more. */
  readonly views: readonly EncodedView[];
}

/** The views of `role`, or of the first role. Throws ViewforgeError: NAME for a role that is not there, PLAN for fewer than two views. */
export function viewsOf({ views }: EncodedViews, role: string | undefined, where: string): RoleViews {
  const known = Object.keys(views);
  const chosen = role ?? known[0];
  const found = chosen === undefined ? undefined : views[chosen];
  if (chosen === undefined || found === undefined) {
    throw new ViewforgeError(
      'NAME',
      where,
      `expected a role of the plan, got ${JSON.stringify(chosen)}; known: ${known.join(', ') || 'none'}`,
    );
  }
  if (found.length < 2) {
    throw new ViewforgeError(
      'PLAN',
      where,
      `expected at least 2 views of role "${chosen}", got ${found.length}; raise its count in the plan`,
    );
  }
  return { role: chosen, views: found };
}

/** One gradient for every view of every role: those of `role` from `own` by index, zeros for all others. */
export function gradientsOf(
  { views }: EncodedViews,
  role: string,
  own: readonly (Features | undefined)[],
): Readonly<Record<string, readonly Features[]>> {
  const entries = Object.entries(views).map(([name, list]) => {
    const gradients = list.map(
      ({ features }, index) => (name === role ? own[index] : undefined) ?? zeros(features.shape, features),
    );
    return [name, gradients] as const;
  });
  return Object.fromEntries(entries);
}

/** The sum of gradients [n, d] of one shape, those that are undefined left out; undefined when all are. */
export function sumOf(gradients: readonly (Features | undefined)[]): Features | undefined {
  const [first, ...rest] = gradients.filter((each) => each !== undefined);
  if (first === undefined || rest.length === 0) return first;
  const sum = Float64Array.from(values(first));
  for (const each of rest) {
    for (const [i, value] of values(each).entries()) sum[i] = sum[i]! + value;
  }
  return tensor(values(first) instanceof Float64Array ? sum : Float32Array.from(sum), first.shape);
}
