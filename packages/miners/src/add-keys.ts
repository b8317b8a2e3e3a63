import {
  allocate,
  hideByCode,
  packScaled,
  type ScoreTile,
  setProducts,
  squareSums,
  takeBest,
  withArena,
} from '@viewforge/kernels';
import { type Features, values } from '@viewforge/tensor';
import { factorOf } from './float-rows.ts';
import { hideColumns } from './hide-columns.ts';
import { copyBack, doublesOnMemory, floatsOnMemory, integersOnMemory, listsOnMemory } from './kernel-arrays.ts';
import type { SearchChoices } from './search.ts';
import type { SearchPart } from './search-part.ts';

/** Keys that are compared together. */
const tileKeys = 256;
/** Queries that are: their rows stay in the nearest caches while the keys go over them. */
const queriesAtOnce = 64;

/** In place: blocks of keys, of columns from `column` on, are taken into the lists of a part. Gives the columns that cannot be compared. */
export function addKeys(part: SearchPart, search: SearchChoices, blocks: readonly Features[], column: number): number[] {
  return withArena(() => {
    const tile = openTile(part, search);
    const broken: number[] = [];
    let start = column;
    for (const block of blocks) {
      const from = values(block);
      const n = block.shape[0]!;
      for (let first = 0; first < n; first += tileKeys) {
        const keys = Math.min(tileKeys, n - first);
        const { d } = part.rows;
        packTile(tile, from.subarray(first * d, (first + keys) * d), keys);
        for (let key = 0; key < keys; key++) if (Number.isNaN(tile.factors[key])) broken.push(start + key);
        takeTile(tile, keys, start);
        start += keys;
      }
    }
    copyBack(tile.part.lists, part.lists);
    return broken;
  });
}

/** A tile of keys on its way, all of it on the memory of the kernels. */
interface Tile {
  readonly search: SearchChoices;
  readonly part: SearchPart;
  readonly raw: Float32Array;
  readonly sums: Float64Array;
  readonly factors: Float64Array;
  readonly panels: Float32Array;
  readonly scores: Float32Array;
  /** For each of the search's codes: those of the part's queries, and room for those of the tile's keys. */
  readonly codes: readonly { readonly queries: Int32Array; readonly keys: Int32Array }[];
}

function openTile({ first, rows, lists }: SearchPart, search: SearchChoices): Tile {
  const floats = tileKeys * rows.d;
  return {
    search,
    part: { first, rows: { ...rows, data: floatsOnMemory(rows.data) }, lists: listsOnMemory(lists) },
    raw: allocate(floats),
    sums: doublesOnMemory(tileKeys),
    factors: doublesOnMemory(tileKeys),
    panels: allocate(floats),
    scores: allocate(queriesAtOnce * tileKeys),
    codes: search.codes.map(({ queries }) => ({
      queries: integersOnMemory(queries.subarray(first, first + rows.n)),
      keys: integersOnMemory(new Int32Array(tileKeys)),
    })),
  };
}

function packTile({ search, part, raw, sums, factors, panels }: Tile, from: Float32Array | Float64Array, n: number): void {
  const { d } = part.rows;
  raw.set(from);
  squareSums({ data: raw, at: 0, n, d }, sums);
  for (let key = 0; key < n; key++) factors[key] = factorOf(sums[key]!, search.similarity);
  packScaled({ data: raw, at: 0, n, d }, factors, panels);
}

function takeTile({ search, part, panels, scores, codes }: Tile, keys: number, column: number): void {
  const { d, data, n } = part.rows;
  const right = { data: panels, at: 0, panel: 8 * d, step: 8, panels: Math.ceil(keys / 8) };
  for (const [i, { keys: all }] of search.codes.entries()) codes[i]!.keys.set(all.subarray(column, column + keys));
  for (let query = 0; query < n; query += queriesAtOnce) {
    const rows = Math.min(queriesAtOnce, n - query);
    const tile: ScoreTile = { data: scores, at: 0, row: tileKeys, rows, length: keys };
    const left = { data, at: query * d, row: d, step: 1, rows };
    setProducts({ left, right, depth: d, scale: 1 }, { data: scores, at: 0, row: tileKeys });
    hideColumns(tile, search.excluded, part.first + query, column);
    for (const [i, { hides }] of search.codes.entries()) {
      const own = codes[i]!;
      hideByCode(tile, { rows: own.queries.subarray(query, query + rows), columns: own.keys, hides });
    }
    takeBest(part.lists, query, tile, column);
  }
}
