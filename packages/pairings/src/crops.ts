import { type EncodedViews, text, ViewforgeError } from '@viewforge/core';
import { type Features, stack, tensor, unstack, values } from '@viewforge/tensor';
import { type PlacedGradient, type PlacedView, viewsOf } from './role.ts';

/** The option that says whose views come after those of the first role. */
export const localOption = text({
  doc: 'Role of further views, such as small crops; every other role of the plan when left out.',
}).optional();

/** Which views are taken, and in which order. */
export interface CropRoles {
  /** Role of the first views; the first role of the plan when left out. */
  readonly role?: string | undefined;
  /** Role of the views after them; every other role when left out. */
  readonly local?: string | undefined;
  /** Role whose views are taken for something else. */
  readonly except?: string | undefined;
}

/** Views of several roles in one order. */
export interface Crops {
  /** How many belong to the first role. */
  readonly global: number;
  readonly views: readonly PlacedView[];
}

/**
 * The views of a role, at least `least`, and after them those of another role or of all other roles, in the order of the plan.
 * Throws ViewforgeError: NAME for a role that is not there, PLAN for too few views.
 */
export function cropsOf(encoded: EncodedViews, { role, local, except }: CropRoles, where: string, least = 2): Crops {
  const names = Object.keys(encoded.views);
  const first = viewsOf(encoded, role ?? names.find((name) => name !== except), where, least);
  const others = local === undefined ? names.filter((name) => name !== first.role && name !== except) : [local];
  const rest = others.map((name) => viewsOf(encoded, name, where, 1));
  const views = [first, ...rest].flatMap((each) => each.views.map((view, index) => ({ role: each.role, index, view })));
  const [n, d] = first.views[0]!.features.shape as [number, number];
  const wrong = views.find(({ view }) => view.features.shape[0] !== n || view.features.shape[1] !== d);
  if (wrong) {
    const message = `expected views of [${n}, ${d}], as those of "${first.role}" are, got [${wrong.view.features.shape}] of "${wrong.role}"`;
    throw new ViewforgeError('SHAPE', where, message);
  }
  return { global: first.views.length, views };
}

/** The rows of views one after the other: [views * n, d]. */
export function stackViews(views: readonly PlacedView[]): Features {
  const [n, d] = views[0]!.view.features.shape as [number, number];
  return tensor(values(stack(views.map(({ view }) => view.features))), [views.length * n, d]);
}

/** The gradient [views * n, d] of stacked views, view by view, each on its way to where the view is; none where there is none. */
export function splitGradient(views: readonly PlacedView[], gradient: Features | undefined): readonly PlacedGradient[] {
  if (gradient === undefined) return [];
  const [rows, d] = gradient.shape as [number, number];
  const split = tensor(values(gradient), [views.length, rows / views.length, d]);
  return views.map((place, index) => [place, unstack(split, index)] as const);
}
