import { type Choosable, defineSampler, ViewforgeError } from '@viewforge/core';
import { permutation } from '@viewforge/random';

/**
 * Rounds of one item from every class, the classes in random order, until the largest class is through: k classes of at most m
 * items give k * m places. A smaller class starts over in a new random order as often as needed; a class without items is
 * left out. Throws ViewforgeError (LABEL) for a source without labels.
 */
export const classBalanced = defineSampler({
  name: 'class-balanced',
  summary: 'Take items of every class equally often.',
  *order(of, _options, random) {
    const classes = itemsByClass(of);
    const rounds = classes.reduce((most, items) => Math.max(most, items.length), 0);
    const decks = classes.map((items, k) => deckOf(items, (pass) => permutation(random.fork('class', k, pass), items.length)));
    for (let round = 0; round < rounds; round++) {
      for (const k of permutation(random.fork('round', round), classes.length)) yield decks[k]!(round);
    }
  },
});

/** Item number `round` of a class that is gone through in a new order each pass. */
function deckOf(items: readonly number[], orderOf: (pass: number) => readonly number[]): (round: number) => number {
  let order: readonly number[] = [];
  return (round) => {
    const place = round % items.length;
    if (place === 0) order = orderOf(Math.floor(round / items.length));
    return items[order[place]!]!;
  };
}

/** The indices of each class that has any, classes ascending. */
function itemsByClass({ size, labels }: Choosable): number[][] {
  if (labels === undefined) throw new ViewforgeError('LABEL', 'class-balanced', 'expected a source with labels, got one without');
  const found = new Map<number, number[]>();
  for (let index = 0; index < size; index++) {
    const label = labels[index]!;
    const items = found.get(label);
    if (items) items.push(index);
    else found.set(label, [index]);
  }
  return [...found].sort(([a], [b]) => a - b).map(([, items]) => items);
}
