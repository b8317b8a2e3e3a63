import { dotProducts, type Features, values } from '@viewforge/tensor';
import { fillRows, type Rows, rowsOf } from './rows.ts';
import { checkBlock, hidesKey, type WholeSearch } from './search.ts';
import { createTopLists, type TopKeys, type TopLists } from './top-lists.ts';
import { eachVisible } from './visible-columns.ts';

/** A search that is given its keys one block after the other. */
export interface OpenSearch {
  /** Takes a block, which may be written over afterwards. */
  add(block: Features): void;
  /** Takes blocks that are at hand together. */
  addAll(blocks: readonly Features[]): void;
  /** What was found; nothing can be added after it. */
  finish(): TopKeys;
}

/** A search in float64: scores are sums over the features in their order. */
export function openDoubleSearch(search: WholeSearch): OpenSearch {
  const rows = rowsOf(search.queries, search.similarity);
  const state: State = {
    search,
    queries: rows,
    lists: createTopLists(rows.n, search.count),
    tile: new Float64Array(tileKeys * rows.d),
    scores: new Float64Array(queriesAtOnce * tileKeys),
    columns: 0,
  };
  return {
    add: (block) => addBlock(state, block),
    addAll: (blocks) => {
      for (const block of blocks) addBlock(state, block);
    },
    finish: () => state.lists.sorted(),
  };
}

/** Keys that are compared together: they stay in the nearest caches while all queries go over them. */
const tileKeys = 64;
/** Queries whose scores are looked through together. */
const queriesAtOnce = 32;

interface State {
  readonly search: WholeSearch;
  readonly queries: Rows;
  readonly lists: TopLists;
  readonly tile: Float64Array;
  readonly scores: Float64Array;
  /** Columns before the next block. */
  columns: number;
}

/** In place: the block's keys are taken into the lists. */
function addBlock(state: State, block: Features): void {
  const { search, queries, tile, scores } = state;
  const { d } = queries;
  checkBlock(search, block, state.columns);
  const from = values(block);
  for (let first = 0; first < block.shape[0]!; first += tileKeys) {
    const n = Math.min(tileKeys, block.shape[0]! - first);
    fillRows(tile, { data: from, first, count: n, d }, search.similarity);
    for (let query = 0; query < queries.n; query += queriesAtOnce) {
      const count = Math.min(queriesAtOnce, queries.n - query);
      dotProducts({ rows: queries, first: query, count }, { data: tile, n, d }, 1, { data: scores, at: 0, stride: tileKeys });
      for (let i = 0; i < count; i++) takeScores(state, query + i, i * tileKeys, n);
    }
    state.columns += n;
  }
}

/** In place: the scores of a query from `from` on, for the `n` keys from column `state.columns` on, are taken into its list. */
function takeScores({ search, lists, scores, columns }: State, query: number, from: number, n: number): void {
  const { excluded, codes, limits } = search;
  const found = { data: scores, at: from - columns };
  const all = { from: columns, to: columns + n };
  if (codes.length === 0 && limits === undefined) {
    eachVisible(excluded, query, all, (run) => lists.take(query, found, run));
    return;
  }
  const lowest = limits?.lowest?.[query] ?? Number.NEGATIVE_INFINITY;
  const highest = limits?.highest?.[query] ?? Number.POSITIVE_INFINITY;
  eachVisible(excluded, query, all, (run) => {
    for (let column = run.from; column < run.to; column++) {
      const score = scores[found.at + column]!;
      const isFound = limits === undefined || (score >= lowest && score <= highest);
      if (isFound && !hidesKey(codes, query, column)) lists.take(query, found, { from: column, to: column + 1 });
    }
  });
}
