import type { EncodedViews } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { topK } from '@viewforge/tensor';

/**
 * Positions, ascending, of at most `most` items: the same items whatever their order, those of which a random word is largest.
 * `name` tells metrics apart that shall not choose alike.
 */
export function someItems({ items }: EncodedViews, most: number, seed: number, name: string): readonly number[] {
  const random = createRandom(seed);
  const words = items.map(({ id }) => random.fork(name, id).word());
  return topK(words, most).sort((a, b) => a - b);
}

/** A note on how many items were chosen; none where all of them were measured. */
export function chosenNotes(chosen: readonly number[] | undefined, { items }: EncodedViews): readonly string[] {
  return chosen ? [`${chosen.length} of ${items.length} items were chosen at random`] : [];
}
