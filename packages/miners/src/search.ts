import { type Exclusion, ViewforgeError } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import type { Similarity } from './rows.ts';

/** What to search for. */
export interface Search {
  /** [n, d] */
  readonly queries: Features;
  /** The most keys that are found for each query, whole, >= 1. */
  readonly count: number;
  /** Which keys a query must not find, columns counting through all blocks; none when left out. */
  readonly excluded?: Exclusion;
  /** Numbers of queries and keys, such as labels, that decide as well what is not found. */
  readonly codes?: readonly SearchCodes[];
  /** Scores that are found; all when left out. With limits, a key that scores NaN is not found. */
  readonly limits?: SearchLimits;
  /** How rows are compared; by cosine when left out. */
  readonly similarity?: Similarity;
}

/** Hides from each query the keys with its number, or those with another one. A negative number is like no other. */
export interface SearchCodes {
  /** [n] */
  readonly queries: Int32Array;
  /** [k], through all blocks. */
  readonly keys: Int32Array;
  readonly hides: 'equal' | 'different';
}

/** For each query the lowest and the highest score that it may find, both included. */
export interface SearchLimits {
  /** [n]; -Infinity for all when left out. */
  readonly lowest?: Float64Array;
  /** [n]; Infinity for all when left out. */
  readonly highest?: Float64Array;
}

/** The choices of a search: plain data that may go to another thread. */
export type SearchChoices = Required<Omit<Search, 'limits' | 'queries'>> & { readonly limits: SearchLimits | undefined };

/** A search with its choices made. */
export type WholeSearch = SearchChoices & { readonly queries: Features };

/** Fills in what was left out. Throws ViewforgeError: OPTION for a count that is no whole number >= 1, SHAPE for codes or limits of another length. */
export function wholeSearch(search: Search): WholeSearch {
  const { queries, count, codes = [], limits } = search;
  if (!(Number.isSafeInteger(count) && count >= 1)) {
    throw new ViewforgeError('OPTION', 'search-top', `expected a count that is a whole number >= 1, got ${count}`);
  }
  const n = queries.shape[0]!;
  for (const each of [...codes.map((code) => code.queries), limits?.lowest, limits?.highest]) {
    if (each !== undefined && each.length !== n) {
      throw new ViewforgeError('SHAPE', 'search-top', `expected codes and limits of ${n} queries, got ${each.length}`);
    }
  }
  const { excluded = { kind: 'none' }, similarity = 'cosine' } = search;
  return { queries, count, codes, limits, excluded, similarity };
}

/** Throws ViewforgeError (SHAPE) for keys of another width, or for more of them than there are codes. */
export function checkBlock({ queries, codes }: WholeSearch, block: Features, columns: number): void {
  const d = queries.shape[1]!;
  if (block.shape.length !== 2 || block.shape[1] !== d) {
    throw new ViewforgeError('SHAPE', 'search-top', `expected keys of [k, ${d}], got [${block.shape}]`);
  }
  const k = columns + block.shape[0]!;
  for (const { keys } of codes) {
    if (keys.length < k)
      throw new ViewforgeError('SHAPE', 'search-top', `expected codes of ${k} keys or more, got ${keys.length}`);
  }
}

/** Whether codes hide a key from a query. */
export function hidesKey(codes: readonly SearchCodes[], query: number, column: number): boolean {
  return codes.some(({ queries, keys, hides }) => {
    const isEqual = queries[query]! >= 0 && queries[query] === keys[column];
    return isEqual === (hides === 'equal');
  });
}
