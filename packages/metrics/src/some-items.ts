import { type EncodedViews, integer } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Features, topK } from '@viewforge/tensor';
import { rowsAt, stackRows } from './rows.ts';

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

/**
 * Positions, ascending, of at most `most` items: the same items whatever their order, those of which a random word is largest.
 * All of them where there are no more. `name` tells metrics apart that shall not choose alike.
 */
export function someItems({ items }: Pick<EncodedViews, 'items'>, { most, seed }: Choice, name: string): readonly number[] {
  if (items.length <= most) return [...items.keys()];
  const random = createRandom(seed);
  const words = items.map(({ id }) => random.fork(name, id).word());
  return topK(words, most).sort((a, b) => a - b);
}

/** A note on how many items were chosen; none where all of them were. */
export function chosenNotes(chosen: readonly number[], { items }: Pick<EncodedViews, 'items'>): readonly string[] {
  return chosen.length < items.length ? [`${chosen.length} of ${items.length} items were chosen at random`] : [];
}

/** The rows of some items, or of all. */
export interface Chosen {
  /** By set of views: [v * m, d] in float64, one view below the other; [0, 0] for a set without views. */
  readonly sets: readonly Features[];
  /** [m]; the items chosen, by position. */
  readonly positions: readonly number[];
  readonly notes: readonly string[];
}

/** The rows of the same items from several sets of views. */
export function chosenRows(encoded: EncodedViews, sets: readonly (readonly Features[])[], choice: Choice, name: string): Chosen {
  const positions = someItems(encoded, choice, name);
  return {
    sets: sets.map((views) => stackRows(views.map((view) => rowsAt(view, positions)))),
    positions,
    notes: chosenNotes(positions, encoded),
  };
}
