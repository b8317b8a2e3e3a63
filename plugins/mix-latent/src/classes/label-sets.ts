import { ViewforgeError } from '@viewforge/core';

/** What is made of the labels of two items. */
export type SetOperation = 'subtract' | 'intersect' | 'unite';

/**
 * The labels of pairs of items, [n, classes] row-major with 1 where a class is there: those of the first that the second lacks, those of both,
 * or those of either. Throws ViewforgeError: SHAPE for sets of different sizes, LABEL for anything but 0 and 1.
 */
export function combineLabels(a: Uint8Array, b: Uint8Array, operation: SetOperation): Uint8Array {
  checkSets(a, 'a');
  checkSets(b, 'b');
  if (a.length !== b.length) {
    throw new ViewforgeError('SHAPE', 'combine-labels', `expected sets of one size, got ${a.length} and ${b.length} marks`);
  }
  if (operation === 'subtract') return a.map((mark, at) => mark & (1 - b[at]!));
  return operation === 'intersect' ? a.map((mark, at) => mark & b[at]!) : a.map((mark, at) => mark | b[at]!);
}

/** Sets [n, classes] from lists of classes. Throws ViewforgeError (LABEL) for a class out of range. */
export function labelSets(lists: readonly (readonly number[])[], classes: number): Uint8Array {
  const sets = new Uint8Array(lists.length * classes);
  lists.forEach((list, i) => {
    for (const label of list) {
      if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
        throw new ViewforgeError('LABEL', 'label-sets', `expected classes from 0 to ${classes - 1}, got ${label} in set ${i}`);
      }
      sets[i * classes + label] = 1;
    }
  });
  return sets;
}

/** The classes of each set of [n, classes], ascending. */
export function labelsIn(sets: Uint8Array, classes: number): number[][] {
  return Array.from({ length: sets.length / classes }, (_, i) => {
    return Array.from({ length: classes }, (_, label) => label).filter((label) => sets[i * classes + label] === 1);
  });
}

function checkSets(sets: Uint8Array, name: string): void {
  const wrong = sets.find((mark) => mark > 1);
  if (wrong !== undefined)
    throw new ViewforgeError('LABEL', 'combine-labels', `expected marks of 0 and 1 in ${name}, got ${wrong}`);
}
