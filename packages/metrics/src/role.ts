import { type EncodedViews, text, ViewforgeError } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';

/** The option that says which role's views are measured. */
export const roleOption = text({
  doc: 'Role of the views that are measured; the first role of the plan when left out.',
}).optional();

/** Features [n, d] of the views of one role, and what there is to say about them. */
export interface Measured {
  readonly features: readonly Features[];
  readonly notes: readonly string[];
}

/**
 * The views of `role`, or of the first role; none where there are no views. Throws ViewforgeError (NAME) for a role that is not
 * there.
 */
export function featuresOf({ views }: EncodedViews, role: string | undefined, where: string): Measured {
  const known = Object.keys(views);
  if (role !== undefined && !known.includes(role)) {
    throw new ViewforgeError('NAME', where, `expected a role of the plan, got "${role}"; known: ${known.join(', ') || 'none'}`);
  }
  const found = views[role ?? known[0] ?? ''] ?? [];
  const isMixed = found.some(({ blend }) => blend.kind !== 'identity');
  return {
    features: found.map(({ features }) => features),
    notes: isMixed ? ['views that were mixed from several items count as views of their own item'] : [],
  };
}

/** One number for each item, the same for items of one id. */
export function sourcesOf({ items }: EncodedViews): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from(items, ({ id }) => {
    if (!known.has(id)) known.set(id, known.size);
    return known.get(id)!;
  });
}

/** The items that have a class, by position, the class of each of them, and what there is to say about the others. */
export function labelsOf({ items }: EncodedViews): {
  readonly positions: readonly number[];
  readonly labels: Int32Array;
  readonly notes: readonly string[];
} {
  const positions = [...items.keys()].filter((i) => items[i]!.label !== undefined);
  const without = items.length - positions.length;
  return {
    positions,
    labels: Int32Array.from(positions, (i) => items[i]!.label!),
    notes: without === 0 ? [] : [`${without} items without a class were left out`],
  };
}
