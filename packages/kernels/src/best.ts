import { activeEngine, addressOf, mark, release, reserve } from './memory.ts';
import { hideByCodeTwin, sortBestTwin, takeBestTwin } from './reference/best.ts';

/** Scores of rows: row r, column c at `at + r * row + c`. */
export interface ScoreTile {
  readonly data: Float32Array;
  readonly at: number;
  readonly row: number;
  readonly rows: number;
  readonly length: number;
}

/** The best scores of n rows, found so far. `openBestLists` makes them. */
export interface BestLists {
  readonly n: number;
  /** How many entries are left when a list is full, and in the end. */
  readonly count: number;
  /** Entries that fit in a list, more than `count`. */
  readonly room: number;
  /** [n, room, 2], each a column, and a number that ascends as its score descends (`scoreOfRank`). */
  readonly entries: Uint32Array;
  /** [n, 2], the entries in a list, and how many of them, from the front, are sorted. */
  readonly sizes: Int32Array;
  /** [n, 2]; a score is taken that lies above the first and not above the second. The first one rises. */
  readonly limits: Float32Array;
}

/** Entries of a list for `count` results. */
function bestRoom(count: number): number {
  return count + Math.max(count, 32);
}

/** Lists that are empty, of `count` entries in the end. A score must lie above `low` and not above `high`. */
export function openBestLists(
  n: number,
  count: number,
  low = Number.NEGATIVE_INFINITY,
  high = Number.POSITIVE_INFINITY,
): BestLists {
  const room = bestRoom(count);
  const limits = new Float32Array(2 * n).fill(low);
  for (let row = 0; row < n; row++) limits[2 * row + 1] = high;
  return { n, count, room, entries: new Uint32Array(2 * n * room), sizes: new Int32Array(2 * n), limits };
}

/**
 * In place: the scores of a tile, of columns from `column` on, are taken into the lists of as many rows from `first` on. A list must get its
 * columns in ascending order. NaN is never taken, nor -Infinity. Rows and lists that lie on the kernel memory are worked off by the kernel.
 */
export function takeBest(lists: BestLists, first: number, tile: ScoreTile, column: number): void {
  const { entries, sizes, limits, room, count } = lists;
  const [scores, list, size, limit] = [tile.data, entries, sizes, limits].map(addressOf);
  const engine = activeEngine();
  if (engine === undefined || scores === undefined || list === undefined || size === undefined || limit === undefined) {
    takeBestTwin(lists, first, tile, column);
    return;
  }
  const at = first * 8;
  const { rows, length } = tile;
  const done = withSorting(lists, (scratch) => {
    const from = scores + tile.at * 4;
    engine.exports.takeBest(
      from,
      tile.row * 4,
      rows,
      length,
      column,
      list + at * room,
      room,
      count,
      size + at,
      limit + at,
      scratch,
    );
  });
  if (!done) takeBestTwin(lists, first, tile, column);
}

/** In place: every list holds its best `count` entries, best first: of equal scores the lower column. */
export function sortBest(lists: BestLists): void {
  const { n, entries, sizes, room, count } = lists;
  const [list, size] = [entries, sizes].map(addressOf);
  const engine = activeEngine();
  const done =
    engine !== undefined &&
    list !== undefined &&
    size !== undefined &&
    withSorting(lists, (scratch) => engine.exports.sortBest(n, list, room, count, size, scratch));
  if (!done) sortBestTwin(lists);
}

/** Which columns are hidden from which rows: those with the code of the row, or all others. A negative code is like no other. */
export interface Codes {
  /** [rows] */
  readonly rows: Int32Array;
  /** [length], padded to a multiple of 4. */
  readonly columns: Int32Array;
  readonly hides: 'equal' | 'different';
}

/** In place: -Infinity for what is hidden. */
export function hideByCode(tile: ScoreTile, codes: Codes): void {
  const [scores, rows, columns] = [tile.data, codes.rows, codes.columns].map(addressOf);
  const engine = activeEngine();
  if (engine === undefined || scores === undefined || rows === undefined || columns === undefined) {
    hideByCodeTwin(tile, codes);
    return;
  }
  const from = scores + tile.at * 4;
  engine.exports.hideByCode(from, tile.row * 4, tile.rows, tile.length, rows, columns, codes.hides === 'equal' ? 1 : 0);
}

const numbers = new Float32Array(1);
const bits = new Int32Array(numbers.buffer);

/** The score of an entry. */
export function scoreOfRank(rank: number): number {
  const ascending = ~rank;
  bits[0] = ascending ^ (~(ascending >> 31) | 0x80000000);
  return numbers[0]!;
}

/** The number that ascends as the score descends, whole and below 2^32. */
export function rankOfScore(score: number): number {
  numbers[0] = score + 0; // of zeros there is one
  const own = bits[0]!;
  return ~(own ^ ((own >> 31) | 0x80000000)) >>> 0;
}

/** Whether there was room for what sorting needs. */
function withSorting({ room }: BestLists, work: (scratch: number) => void): boolean {
  const before = mark();
  try {
    const scratch = reserve(4096 + 8 * room);
    if (scratch === undefined) return false;
    work(scratch);
    return true;
  } finally {
    release(before);
  }
}
