import { type ContrastBatch, countKeys, ViewforgeError } from '@viewforge/core';
import { allocate } from '@viewforge/kernels';
import { type Features, values } from '@viewforge/tensor';
import { ownCount, type Synthesis } from './mixture.ts';
import { unitBlock } from './unit-blocks.ts';

type Floats = Float32Array | Float64Array;

/** What mixtures are made of: rows of length 1. */
export interface Sources {
  /** Row-major [., d]. */
  readonly rows: Floats;
  /** In place: puts the query's own rows and its hardest negatives, `columns` by rank, where `rowOf` then says. */
  open(query: number, columns: Int32Array): void;
  /** The row of a place of a mixture, for the query that was opened last. */
  rowOf(place: number): number;
}

/** Numbers of all keys up to which they are brought together once, 64 MiB. */
const mostTogether = 2 ** 24;

/**
 * The sources of one query after the other, for at most `most` negatives of each: all keys, where that is less than those of all queries,
 * otherwise those of one query at a time. To be called in an arena where rows are float32. `open` throws ViewforgeError (NOT_FINITE) for a
 * row that holds NaN or an infinity.
 */
export function openSources(
  batch: ContrastBatch,
  synthesis: Synthesis,
  { most, isFloat }: { readonly most: number; readonly isFloat: boolean },
  where: string,
): Sources {
  const { queries, keys, frozen } = batch;
  const [n, d] = queries.shape as [number, number];
  const k = countKeys(batch);
  const own = ownCount(synthesis);
  const asking = unitBlock(queries, false);
  const blocks = keys.map((block, b) => unitBlock(block, frozen?.[b] === true));
  const isTogether = k <= n * most && k * d <= mostTogether;
  const length = (own + (isTogether ? k : most)) * d;
  const rows = isFloat ? allocate(length) : new Float64Array(length);
  const starts = startsOf(keys);
  if (isTogether) for (const [b, block] of blocks.entries()) rows.set(values(block.rows), (own + starts[b]!) * d);
  const isBroken = blocks.some((block) => block.isBroken);
  let opened: Int32Array = new Int32Array();
  return {
    rows,
    open(query, columns) {
      opened = columns;
      rows.set(values(asking.rows).subarray(query * d, query * d + d));
      if (Number.isNaN(rows[0])) notFinite(where, `query ${query}`);
      synthesis.further?.fill(query, rows.subarray(0, d), rows, d);
      for (let rank = 0; rank < columns.length && (isBroken || !isTogether); rank++) {
        const column = columns[rank]!;
        const row = own + (isTogether ? column : rank);
        if (!isTogether) copyRow(blocks, starts, column, rows.subarray(row * d, row * d + d));
        if (Number.isNaN(rows[row * d])) notFinite(where, `key ${column}, which query ${query} may see`);
      }
    },
    rowOf: (place) => (place < 0 ? -1 - place : own + (isTogether ? opened[place]! : place)),
  };
}

function startsOf(keys: readonly Features[]): Int32Array {
  const starts = new Int32Array(keys.length);
  for (let block = 1; block < keys.length; block++) starts[block] = starts[block - 1]! + keys[block - 1]!.shape[0]!;
  return starts;
}

/** In place: a column's row is written to `to`. */
function copyRow(blocks: readonly { readonly rows: Features }[], starts: Int32Array, column: number, to: Floats): void {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts[middle]! <= column) low = middle;
    else high = middle - 1;
  }
  const at = (column - starts[low]!) * to.length;
  to.set(values(blocks[low]!.rows).subarray(at, at + to.length));
}

function notFinite(where: string, which: string): never {
  throw new ViewforgeError('NOT_FINITE', where, `expected finite numbers, got NaN or an infinity in ${which}`);
}
