import {
  type ContrastBatch,
  type Exclusion,
  eachExcluded,
  eachWeight,
  excludedRanges,
  onlyColumns,
  sparseExclusion,
  sparseWeights,
  type Triplets,
} from '@viewforge/core';
import { type Sides, sidesOf } from './sides.ts';

/**
 * The batch in which query i sees the columns of `chosen[i]` alone. Targets of the positives among them are weighted relative to
 * their sum; a query without one has none. Of the batch's triplets those are left whose columns are still seen.
 */
export function keepPairs(batch: ContrastBatch, chosen: readonly Sides[]): ContrastBatch {
  const { triplets, ...rest } = batch;
  return {
    ...rest,
    excluded: onlyColumns(chosen.map(({ positives, negatives }) => [...positives, ...negatives])),
    targets: sparseWeights(chosen.map(({ positives }, row) => sharesOf(batch, row, positives))),
    ...(triplets && { triplets: tripletsWithin(triplets, chosen) }),
  };
}

/** The batch with these triplets, in which a query sees what is in them alone. */
export function keepTriplets(batch: ContrastBatch, triplets: Triplets): ContrastBatch {
  const n = batch.queries.shape[0]!;
  const positives = columnsByQuery(n, triplets.queries, triplets.positives);
  const negatives = columnsByQuery(n, triplets.queries, triplets.negatives);
  const chosen = positives.map((each, row) => ({ positives: each, negatives: negatives[row]! }));
  return { ...keepPairs(batch, chosen), triplets };
}

/** The batch without the columns `hidden[i]` for query i, all of them negatives that it sees; everything else stays. */
export function hideNegatives(batch: ContrastBatch, hidden: readonly (readonly number[])[]): ContrastBatch {
  const { triplets, ...rest } = batch;
  const sides = sidesOf(batch);
  const left = hidden.map((columns, row) => {
    const gone = new Set(columns);
    const { positives, negatives } = sides(row);
    return { positives, negatives: negatives.filter((column) => !gone.has(column)) };
  });
  return { ...rest, excluded: withHidden(batch, hidden), ...(triplets && { triplets: tripletsWithin(triplets, left) }) };
}

/** The exclusion of a batch with the columns `hidden[i]` for query i as well, which it sees; in the form it has, where that is the shorter one. */
export function withHidden(batch: ContrastBatch, hidden: readonly (readonly number[])[]): Exclusion {
  const { excluded } = batch;
  if (excluded.kind === 'ranges') {
    const { offsets, starts, ends } = excluded;
    const own = (row: number) =>
      Array.from(starts.subarray(offsets[row], offsets[row + 1]), (start, e) => [start, ends[offsets[row]! + e]!] as const);
    return excludedRanges(hidden.map((columns, row) => [...own(row), ...columns.map((column) => [column, column + 1] as const)]));
  }
  if (excluded.kind !== 'except') return sparseExclusion(hidden.map((columns, row) => [...excludedOf(batch, row), ...columns]));
  return onlyColumns(
    hidden.map((columns, row) => {
      const gone = new Set(columns);
      return [...excluded.columns.subarray(excluded.offsets[row], excluded.offsets[row + 1])].filter(
        (column) => !gone.has(column),
      );
    }),
  );
}

/** The columns that a query must not see, ascending. */
export function excludedOf(batch: ContrastBatch, row: number): number[] {
  const found: number[] = [];
  eachExcluded(batch, row, (column) => found.push(column));
  return found;
}

function sharesOf({ targets }: ContrastBatch, row: number, positives: readonly number[]): (readonly [number, number])[] {
  const wanted = new Set(positives);
  const found: [number, number][] = [];
  let total = 0;
  eachWeight(targets, row, (column, weight) => {
    if (!wanted.has(column)) return;
    found.push([column, weight]);
    total += weight;
  });
  return found.map(([column, weight]) => [column, weight / total]);
}

function columnsByQuery(n: number, queries: Int32Array, columns: Int32Array): number[][] {
  const found = Array.from({ length: n }, () => new Set<number>());
  for (const [e, column] of columns.entries()) found[queries[e]!]!.add(column);
  return found.map((each) => [...each]);
}

function tripletsWithin({ queries, positives, negatives }: Triplets, chosen: readonly Sides[]): Triplets {
  const seen = chosen.map((each) => ({ positives: new Set(each.positives), negatives: new Set(each.negatives) }));
  const isKept = (_: number, e: number): boolean => {
    const sides = seen[queries[e]!]!;
    return sides.positives.has(positives[e]!) && sides.negatives.has(negatives[e]!);
  };
  return { queries: queries.filter(isKept), positives: positives.filter(isKept), negatives: negatives.filter(isKept) };
}
