import { type EncodedViews, text } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import { featuresOf } from '../role.ts';

/** The option that says what views are compared with. */
export const originalOption = text({
  doc: 'Role of the originals, whose views the measured ones are compared with; view 0 of the measured role when left out.',
}).optional();

/** Views of one set beside those of another, each [n, d] over the same items. */
export interface TwoSets {
  readonly originals: readonly Features[];
  readonly altered: readonly Features[];
  readonly notes: readonly string[];
}

/**
 * The views of `role` beside those of `original`; without the latter, view 0 of `role` beside its others. Throws ViewforgeError
 * (NAME) for a role that is not there.
 */
export function twoSetsOf(
  encoded: EncodedViews,
  { role, original }: { readonly role?: string | undefined; readonly original?: string | undefined },
  where: string,
): TwoSets {
  const measured = featuresOf(encoded, role, where);
  if (original === undefined) {
    return { originals: measured.features.slice(0, 1), altered: measured.features.slice(1), notes: measured.notes };
  }
  const others = featuresOf(encoded, original, where);
  return {
    originals: others.features,
    altered: measured.features,
    notes: [...new Set([...measured.notes, ...others.notes])],
  };
}
