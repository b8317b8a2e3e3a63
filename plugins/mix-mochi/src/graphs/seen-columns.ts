import { countKeys, type ContrastBatch, type Exclusion } from '@viewforge/core';

/** The blocks of keys that some query may find something in, and what of them it must not find. */
export interface SeenColumns {
  /** Positions of these blocks in the batch; columns count through them alone. */
  readonly blocks: readonly number[];
  /** k, columns of these blocks. */
  readonly k: number;
  /** [n]; how many each query may find. */
  readonly counts: Int32Array;
  /** Calls `visit` with ranges of these columns, ascending, that query `query` must not find. */
  eachHidden(query: number, visit: (start: number, end: number) => void): void;
  /** Columns that are hidden, over all queries. */
  readonly hidden: number;
}

/** Blocks of which no query may find anything, such as the keys of a batch beside a queue, are left out. */
export function seenColumns({ queries, keys }: ContrastBatch, excluded: Exclusion): SeenColumns {
  const n = queries.shape[0]!;
  const k = countKeys({ keys });
  const ends: number[] = [];
  for (const { shape } of keys) ends.push((ends.at(-1) ?? 0) + shape[0]!);
  const hiddenIn = new Int32Array(n * keys.length);
  for (let query = 0; query < n; query++) {
    eachRange(excluded, query, k, (start, end) => {
      for (let b = blockAt(ends, start), from = start; from < end; from = ends[b++]!) {
        const at = query * keys.length + b;
        hiddenIn[at] = hiddenIn[at]! + Math.min(end, ends[b]!) - from;
      }
    });
  }
  const isSeen = keys.map(({ shape }, b) => {
    for (let query = 0; query < n; query++) if (hiddenIn[query * keys.length + b]! < shape[0]!) return true;
    return false;
  });
  const blocks = keys.flatMap((_, b) => (isSeen[b] ? [b] : []));
  const size = blocks.reduce((sum, b) => sum + keys[b]!.shape[0]!, 0);
  const counts = new Int32Array(n);
  for (let query = 0; query < n; query++) {
    counts[query] = blocks.reduce((left, b) => left - hiddenIn[query * keys.length + b]!, size);
  }
  const shifts = shiftsOf(ends, isSeen);
  return {
    ...{ blocks, k: size, counts },
    hidden: counts.reduce((sum, count) => sum + size - count, 0),
    eachHidden(query, visit) {
      eachRange(excluded, query, k, (start, end) => {
        for (let b = blockAt(ends, start), from = start; from < end; from = ends[b++]!) {
          const to = Math.min(end, ends[b]!);
          if (isSeen[b] && to > from) visit(from - shifts[b]!, to - shifts[b]!);
        }
      });
    },
  };
}

/** By block: columns before it that are left out. */
function shiftsOf(ends: readonly number[], isSeen: readonly boolean[]): number[] {
  let left = 0;
  return ends.map((end, b) => {
    const shift = left;
    if (!isSeen[b]) left += end - (ends[b - 1] ?? 0);
    return shift;
  });
}

/** The block of a column: the first that ends after it. */
function blockAt(ends: readonly number[], column: number): number {
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ends[middle]! > column) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Ranges of columns that a query must not find, ascending. */
function eachRange(excluded: Exclusion, query: number, k: number, visit: (start: number, end: number) => void): void {
  if (excluded.kind === 'none') return;
  if (excluded.kind === 'self') {
    visit(query, query + 1);
    return;
  }
  const [from, to] = [excluded.offsets[query]!, excluded.offsets[query + 1]!];
  if (excluded.kind === 'ranges') {
    for (let e = from; e < to; e++) visit(excluded.starts[e]!, excluded.ends[e]!);
    return;
  }
  const { columns } = excluded;
  let next = 0;
  for (let e = from; e < to; e++) {
    const column = columns[e]!;
    if (excluded.kind === 'sparse') visit(column, column + 1);
    else if (column > next) visit(next, column);
    next = column + 1;
  }
  if (excluded.kind === 'except' && next < k) visit(next, k);
}
