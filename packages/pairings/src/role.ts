import { type EncodedView, type EncodedViews, text, ViewforgeError } from '@viewforge/core';
import { type Features, tensor, values, zeros } from '@viewforge/tensor';

/** The option that says which role's views are compared. */
export const roleOption = text({
  doc: 'Role of the views that are compared; the first role of the plan when left out.',
}).optional();

/** The views of one role. */
export interface RoleViews {
  readonly role: string;
  /** Two or more, unless one is enough for who asked. */
  readonly views: readonly EncodedView[];
}

/**
 * The views of `role`, or of the first role. Throws ViewforgeError: NAME for a role that is not there, PLAN for fewer than
 * `least` views, SHAPE for a view that has no row for every item, or another width than the others.
 */
export function viewsOf({ views, items }: EncodedViews, role: string | undefined, where: string, least = 2): RoleViews {
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
  if (found.length < least) {
    throw new ViewforgeError(
      'PLAN',
      where,
      `expected ${least === 1 ? 'a view' : `at least ${least} views`} of role "${chosen}", got ${found.length}; raise its count in the plan`,
    );
  }
  const width = found[0]!.features.shape[1];
  found.forEach(({ features: { shape } }, index) => {
    if (shape.length === 2 && shape[0] === items.length && shape[1] === width) return;
    throw new ViewforgeError(
      'SHAPE',
      where,
      `expected view ${index} of role "${chosen}" to be [${items.length}, ${width}], got [${shape}]`,
    );
  });
  return { role: chosen, views: found };
}

/** One view of a role, and where it is. */
export interface PlacedView {
  readonly role: string;
  readonly index: number;
  readonly view: EncodedView;
}

/** View `index` of `role`, or of the first role. Throws ViewforgeError: NAME and PLAN as `viewsOf` does. */
export function viewAt(encoded: EncodedViews, role: string | undefined, index: number, where: string): PlacedView {
  const found = viewsOf(encoded, role, where, index + 1);
  return { role: found.role, index, view: found.views[index]! };
}

/** A gradient on its way to a view; undefined where none flows. */
export type PlacedGradient = readonly [to: Pick<PlacedView, 'role' | 'index'>, gradient: Features | undefined];

/** One gradient for every view of every role: the sum of those that are placed there, zeros for all others. */
export function gradientsAt(
  { views }: EncodedViews,
  placed: readonly PlacedGradient[],
): Readonly<Record<string, readonly Features[]>> {
  const entries = Object.entries(views).map(([role, list]) => {
    const gradients = list.map(({ features }, index) => {
      const own = placed.filter(([to]) => to.role === role && to.index === index);
      return sumOf(own.map(([, gradient]) => gradient)) ?? zeros(features.shape, features);
    });
    return [role, gradients] as const;
  });
  return Object.fromEntries(entries);
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
