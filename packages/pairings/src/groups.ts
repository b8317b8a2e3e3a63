import { choice, type EncodedViews } from '@viewforge/core';

/** What makes items alike: being one item of the batch, having one id, or having one label. */
export type Likeness = 'items' | 'ids' | 'labels';

/** The option that says whose keys are neither positives nor negatives. */
export const excludeOption = choice(['ids', 'labels', 'nothing'], {
  default: 'ids',
  doc: 'Which keys are no negatives though they are no positives: of items with the same id, of the same class (without a class: the same id), or none.',
});

/** Items in groups of what is alike. */
export interface Groups {
  /** [items]; the group of each, whole, from 0. */
  readonly of: Int32Array;
  readonly count: number;
  /** The group of what items are known by (`likenessOf`); of positions for 'items'. */
  readonly numbers: ReadonlyMap<string | number, number>;
}

/**
 * Groups items by likeness. A negative label counts as none; an item without a label is, by 'labels', alike to those with
 * its id that have none either.
 */
export function groupsOf(items: EncodedViews['items'], by: Likeness): Groups {
  const numbers = new Map<string | number, number>();
  const of = Int32Array.from(items, (item, position) => {
    const key = by === 'items' ? position : likenessOf(by, item.id, item.label);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  });
  return { of, count: numbers.size, numbers };
}

/** What an item with this id and label is known by: its label, a number, or its id, a text. */
export function likenessOf(by: 'ids' | 'labels', id: string, label: number | undefined): string | number {
  return by === 'labels' && label !== undefined && label >= 0 ? label : id;
}
