import { type EncodedViews, type MetricReport, text } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import { featuresOf, roleOption } from '../role.ts';
import { type Choice, chosenRows, mostOption, seedOption } from '../some-items.ts';

/** The option that says what views are compared with. */
export const originalOption = text({
  doc: 'Role of the originals, whose views the measured ones are compared with; view 0 of the measured role when left out.',
}).optional();

/** The options of a comparison of all rows of two sets with each other. */
export const comparisonOptions = { most: mostOption, seed: seedOption, role: roleOption, original: originalOption };

/** Views of one set beside those of another, each [n, d] over the same items. */
export interface TwoSets {
  readonly originals: readonly Features[];
  readonly altered: readonly Features[];
  readonly notes: readonly string[];
}

/** Which views of which items are compared with which. */
export interface Sides {
  readonly role?: string | undefined;
  readonly original?: string | undefined;
}

/**
 * What `compare` says of the rows of both sets, [n, d] and [m, d] in float64; of more than `most` items, of some at random. Throws
 * ViewforgeError (NAME) for a role that is not there.
 */
export function comparedSets(
  encoded: EncodedViews,
  options: Sides & Choice,
  where: string,
  compare: (originals: Features, altered: Features) => MetricReport,
): MetricReport {
  const { originals, altered, notes } = twoSetsOf(encoded, options, where);
  const chosen = chosenRows(encoded, [originals, altered], options, where);
  const found = compare(chosen.sets[0]!, chosen.sets[1]!);
  return { ...found, notes: [...notes, ...found.notes, ...chosen.notes] };
}

/**
 * The views of `role` beside those of `original`; without the latter, view 0 of `role` beside its others. Throws ViewforgeError
 * (NAME) for a role that is not there.
 */
export function twoSetsOf(encoded: EncodedViews, { role, original }: Sides, where: string): TwoSets {
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
