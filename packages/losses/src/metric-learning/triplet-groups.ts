import { type Triplets, ViewforgeError } from '@viewforge/core';
import type { Query } from './each-query.ts';
import type { PairTable } from './pair-table.ts';

/** A positive of a query and the negatives that it is compared with. */
export interface TripletGroup {
  readonly positive: number;
  readonly negatives: readonly number[];
}

/**
 * Gives the triplets of each query, positive by positive: those of the batch where it names some, otherwise every positive with
 * every negative. Throws ViewforgeError (SHAPE) for a named triplet whose positive has no target, whose negative has one, or of which its query must
 * not see a column.
 */
export function tripletGroups({ batch, queries, settings }: PairTable): (query: Query) => readonly TripletGroup[] {
  const { triplets } = batch;
  if (triplets === undefined) {
    return ({ positives, negatives }) => (negatives.length === 0 ? [] : positives.map((positive) => ({ positive, negatives })));
  }
  const entries = entriesByQuery(triplets, queries.n);
  return (query) => {
    const sides = { positive: new Set(query.positives), negative: new Set(query.negatives) };
    const groups = new Map<number, number[]>();
    for (const e of entries[query.index]!) {
      const [positive, negative] = [triplets.positives[e]!, triplets.negatives[e]!];
      if (!sides.positive.has(positive)) throw wrongColumn(settings.where, query.index, 'positive', positive);
      if (!sides.negative.has(negative)) throw wrongColumn(settings.where, query.index, 'negative', negative);
      const negatives = groups.get(positive);
      if (negatives === undefined) groups.set(positive, [negative]);
      else negatives.push(negative);
    }
    return [...groups].map(([positive, negatives]) => ({ positive, negatives }));
  };
}

function entriesByQuery({ queries }: Triplets, n: number): readonly (readonly number[])[] {
  const entries: number[][] = Array.from({ length: n }, () => []);
  for (const [e, query] of queries.entries()) entries[query]!.push(e);
  return entries;
}

function wrongColumn(where: string, query: number, side: 'positive' | 'negative', column: number): ViewforgeError {
  const target = side === 'positive' ? 'with a target' : 'without a target';
  return new ViewforgeError(
    'SHAPE',
    where,
    `expected triplets of which the ${side} is a column ${target} that query ${query} may see, got column ${column}`,
  );
}
