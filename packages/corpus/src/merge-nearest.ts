import type { NearestRows } from '@viewforge/core';

/** What one block of rows has for n queries: [n, most] each, from large to small; `first` is the number of its first row. */
export interface BlockNearest {
  readonly scores: Float32Array;
  readonly columns: BigInt64Array | Int32Array;
  readonly most: number;
  readonly first: number;
}

/** Lists of n queries with nothing in them, for up to `count` rows each. */
export function noneNearest(n: number, count: number): NearestRows & { readonly scores: Float32Array } {
  return {
    columns: new Int32Array(n * count).fill(-1),
    scores: new Float32Array(n * count).fill(Number.NEGATIVE_INFINITY),
    counts: new Int32Array(n),
    count,
  };
}

/** The best of what was found before and of a block that lies behind it: of equal scores the lower row wins. -Infinity is nothing. */
export function mergeNearest(before: NearestRows, block: BlockNearest): NearestRows & { readonly scores: Float32Array } {
  const { count, counts } = before;
  const merged = noneNearest(counts.length, count);
  for (let row = 0; row < counts.length; row++) {
    const ends = [counts[row]!, block.most] as const;
    let [a, b, to] = [0, 0, row * count];
    for (; to < (row + 1) * count; to++) {
      const mine = a < ends[0] ? before.scores[row * count + a]! : Number.NEGATIVE_INFINITY;
      const theirs = b < ends[1] ? block.scores[row * block.most + b]! : Number.NEGATIVE_INFINITY;
      if (mine === Number.NEGATIVE_INFINITY && theirs === Number.NEGATIVE_INFINITY) break;
      merged.scores[to] = Math.max(mine, theirs);
      merged.columns[to] =
        mine >= theirs ? before.columns[row * count + a++]! : Number(block.columns[row * block.most + b++]!) + block.first;
    }
    merged.counts[row] = to - row * count;
  }
  return merged;
}
