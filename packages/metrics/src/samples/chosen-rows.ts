import { type EncodedViews, integer } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import { rowsAt, stackViews } from '../role.ts';
import { chosenNotes, someItems } from '../some-items.ts';

/** The option that says how many items are measured at most. */
export const mostOption = integer({
  default: 2048,
  min: 2,
  unit: 'items',
  doc: 'Of more items, so many are measured: the pairs grow with the square.',
});

/** The option that decides which items are measured. */
export const seedOption = integer({
  default: 0,
  unit: 'none',
  doc: 'Decides which items are measured where there are too many.',
});

/** How many items are taken at most, and what decides which. */
export interface Choice {
  readonly most: number;
  readonly seed: number;
}

/** The rows of some items, or of all. */
export interface Chosen {
  /** By set of views: [v * m, d] in float64, one view below the other; [0, 0] for a set without views. */
  readonly sets: readonly Features[];
  /** [m]; the items chosen, by position. */
  readonly positions: readonly number[];
  readonly notes: readonly string[];
}

/**
 * The rows of the same items from several sets of views: of all items, or where there are more than `most`, of as many at
 * random.
 */
export function chosenRows(
  encoded: EncodedViews,
  sets: readonly (readonly Features[])[],
  { most, seed }: Choice,
  name: string,
): Chosen {
  const chosen = encoded.items.length > most ? someItems(encoded, most, seed, name) : undefined;
  return {
    sets: sets.map((views) => stackViews(chosen ? views.map((view) => rowsAt(view, chosen)) : views).rows),
    positions: chosen ?? [...encoded.items.keys()],
    notes: chosenNotes(chosen, encoded),
  };
}
