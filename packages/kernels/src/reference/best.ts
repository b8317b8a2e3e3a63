import { type BestLists, type Codes, rankOfScore, type ScoreTile, scoreOfRank } from '../best.ts';

/** The twin of the kernel `takeBest`. */
export function takeBestTwin(lists: BestLists, first: number, tile: ScoreTile, column: number): void {
  const { entries, sizes, limits, room } = lists;
  for (let r = 0; r < tile.rows; r++) {
    const row = first + r;
    const high = limits[2 * row + 1]!;
    for (let c = 0, at = tile.at + r * tile.row; c < tile.length; c++, at++) {
      const score = tile.data[at]!;
      if (!(score > limits[2 * row]! && score <= high)) continue;
      const place = 2 * (row * room + sizes[2 * row]!);
      entries[place] = column + c;
      entries[place + 1] = rankOfScore(score);
      sizes[2 * row] = sizes[2 * row]! + 1;
      if (sizes[2 * row] !== room) continue;
      settle(lists, row);
      limits[2 * row] = scoreOfRank(entries[2 * (row * room + sizes[2 * row]! - 1) + 1]!);
    }
  }
}

/** The twin of the kernel `sortBest`. */
export function sortBestTwin(lists: BestLists): void {
  for (let row = 0; row < lists.n; row++) settle(lists, row);
}

/** The twin of the kernel `hideByCode`. */
export function hideByCodeTwin(tile: ScoreTile, { rows, columns, hides }: Codes): void {
  for (let r = 0; r < tile.rows; r++) {
    const code = rows[r]!;
    for (let c = 0, at = tile.at + r * tile.row; c < tile.length; c++, at++) {
      const isEqual = code >= 0 && code === columns[c];
      if (isEqual === (hides === 'equal')) tile.data[at] = Number.NEGATIVE_INFINITY;
    }
  }
}

function settle({ entries, sizes, room, count }: BestLists, row: number): void {
  const base = 2 * row * room;
  const size = sizes[2 * row]!;
  const list = Array.from({ length: size }, (_, i) => [entries[base + 2 * i]!, entries[base + 2 * i + 1]!] as const);
  list.sort(([a, x], [b, y]) => x - y || a - b);
  const left = Math.min(size, count);
  for (const [i, [column, rank]] of list.slice(0, left).entries()) {
    entries[base + 2 * i] = column;
    entries[base + 2 * i + 1] = rank;
  }
  sizes.fill(left, 2 * row, 2 * row + 2);
}
