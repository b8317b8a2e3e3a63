import { type Exclusion, ViewforgeError } from '@viewforge/core';
import { dotProducts, type Features, values } from '@viewforge/tensor';
import { fillRows, type Rows, rowsOf, type Similarity } from './rows.ts';
import { createTopLists, type TopKeys, type TopLists } from './top-lists.ts';
import { eachVisible } from './visible-columns.ts';

/** What to search for. */
export interface Search {
  /** [n, d] */
  readonly queries: Features;
  /** The most keys that are found for each query, whole, >= 1. */
  readonly count: number;
  /** Which keys a query must not find, columns counting through all blocks; none when left out. */
  readonly excluded?: Exclusion;
  /** How rows are compared; by cosine when left out. */
  readonly similarity?: Similarity;
}

/**
 * The `count` keys with the largest scores for each query, exactly, over blocks [k_b, d] that are taken one after the other: with a generator
 * they need never be in memory together. Of equal scores the lower column wins; a key with NaN or an infinity scores NaN and comes last.
 * Scores are float64 sums over the features in their order, whatever the blocks. Memory: n * count results and a tile of keys.
 * Throws ViewforgeError: SHAPE for a block of another width, OPTION for a count that is no whole number >= 1.
 */
export function searchTop(search: Search & { readonly keys: Iterable<Features> }): TopKeys {
  const state = begin(search);
  for (const block of search.keys) addBlock(state, block);
  return state.lists.sorted();
}

/** The same for blocks that have to be waited for, such as a corpus that is read from disk. Rejects with what `keys` throws. */
export async function searchTopAsync(
  search: Search & { readonly keys: AsyncIterable<Features> | Iterable<Features> },
): Promise<TopKeys> {
  const state = begin(search);
  for await (const block of search.keys) addBlock(state, block);
  return state.lists.sorted();
}

/** Keys that are compared together: they stay in the nearest caches while all queries go over them. */
const tileKeys = 64;
/** Queries whose scores are looked through together. */
const queriesAtOnce = 32;

interface State {
  readonly queries: Rows;
  readonly similarity: Similarity;
  readonly excluded: Exclusion;
  readonly lists: TopLists;
  readonly tile: Float64Array;
  readonly scores: Float64Array;
  /** Columns before the next block. */
  columns: number;
}

function begin({ queries, count, excluded = { kind: 'none' }, similarity = 'cosine' }: Search): State {
  if (!(Number.isSafeInteger(count) && count >= 1)) {
    throw new ViewforgeError('OPTION', 'search-top', `expected a count that is a whole number >= 1, got ${count}`);
  }
  const rows = rowsOf(queries, similarity);
  return {
    queries: rows,
    similarity,
    excluded,
    lists: createTopLists(rows.n, count),
    tile: new Float64Array(tileKeys * rows.d),
    scores: new Float64Array(queriesAtOnce * tileKeys),
    columns: 0,
  };
}

/** In place: the block's keys are taken into the lists. */
function addBlock(state: State, block: Features): void {
  const { queries, similarity, tile, scores } = state;
  const { d } = queries;
  if (block.shape.length !== 2 || block.shape[1] !== d) {
    throw new ViewforgeError('SHAPE', 'search-top', `expected keys of [k, ${d}], got [${block.shape}]`);
  }
  const from = values(block);
  for (let first = 0; first < block.shape[0]!; first += tileKeys) {
    const n = Math.min(tileKeys, block.shape[0]! - first);
    fillRows(tile, { data: from, first, count: n, d }, similarity);
    for (let query = 0; query < queries.n; query += queriesAtOnce) {
      const count = Math.min(queriesAtOnce, queries.n - query);
      dotProducts({ rows: queries, first: query, count }, { data: tile, n, d }, 1, { data: scores, at: 0, stride: tileKeys });
      takeScores(state, query, count, n);
    }
    state.columns += n;
  }
}

/** In place: the scores of some queries for the `n` keys from column `state.columns` on are taken into their lists. */
function takeScores({ excluded, lists, scores, columns }: State, query: number, count: number, n: number): void {
  for (let i = 0; i < count; i++) {
    const found = { data: scores, at: i * tileKeys - columns };
    eachVisible(excluded, query + i, { from: columns, to: columns + n }, (run) => lists.take(query + i, found, run));
  }
}
