import type { Run } from './visible-columns.ts';

/** The keys found for n queries, best first. Query i has `counts[i]` of them, from place i * count on. */
export interface TopKeys {
  /** [n, count]; where there are fewer, -1. */
  readonly columns: Int32Array;
  /** [n, count] in float64; where there are fewer, -Infinity. */
  readonly scores: Float64Array;
  /** [n] */
  readonly counts: Int32Array;
  /** The most keys of a query: the number asked for. */
  readonly count: number;
}

/** The best `count` columns of each of n queries among those taken so far. */
export interface TopLists {
  /** Takes a run of columns of query `row`, whose scores lie at `at + column`. Columns must come in ascending order. */
  take(row: number, scores: { readonly data: Float64Array; readonly at: number }, run: Run): void;
  /** What was found, best first: larger scores, of equal ones lower columns, NaN last. Nothing can be taken after it. */
  sorted(): TopKeys;
}

/** Lists that are empty. A list is a heap with the worst column on top, so that most columns cost one comparison. */
export function createTopLists(n: number, count: number): TopLists {
  const scores = new Float64Array(n * count).fill(Number.NEGATIVE_INFINITY);
  const columns = new Int32Array(n * count).fill(-1);
  const counts = new Int32Array(n);
  return {
    take(row, { data, at }, { from, to }) {
      const heap = { scores, columns, base: row * count };
      let size = counts[row]!;
      // a later column loses where it is equal; NaN says nothing, so that a list with room and NaN on top go on
      let worst = size === count ? scores[heap.base]! : Number.NaN;
      for (let column = from; column < to; column++) {
        const score = data[at + column]!;
        if (score <= worst) continue;
        if (size < count) raise(heap, size++, score, column);
        else if (score > worst || (Number.isNaN(worst) && !Number.isNaN(score))) sink(heap, size, score, column);
        if (size === count) worst = scores[heap.base]!;
      }
      counts[row] = size;
    },
    sorted() {
      for (let row = 0; row < n; row++) sortHeap({ scores, columns, base: row * count }, counts[row]!);
      return { columns, scores, counts, count };
    },
  };
}

/** Places base, base + 1, ... of both arrays; the children of place p are 2p + 1 and 2p + 2, neither worse than p. */
interface Heap {
  readonly scores: Float64Array;
  readonly columns: Int32Array;
  readonly base: number;
}

/** Whether one entry comes after another in the order of results. */
function isWorse(score: number, column: number, otherScore: number, otherColumn: number): boolean {
  if (score < otherScore) return true;
  if (score > otherScore) return false;
  const [isNone, isOtherNone] = [Number.isNaN(score), Number.isNaN(otherScore)];
  return isNone === isOtherNone ? column > otherColumn : isNone;
}

/** In place: puts an entry into a heap that grows by place `size`. */
function raise({ scores, columns, base }: Heap, size: number, score: number, column: number): void {
  let place = size;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const at = base + parent;
    if (!isWorse(score, column, scores[at]!, columns[at]!)) break;
    scores[base + place] = scores[at]!;
    columns[base + place] = columns[at]!;
    place = parent;
  }
  scores[base + place] = score;
  columns[base + place] = column;
}

/** In place: puts an entry into a heap of `size` in the place of the worst one. */
function sink({ scores, columns, base }: Heap, size: number, score: number, column: number): void {
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= size) break;
    const [a, b] = [base + child, base + child + 1];
    if (child + 1 < size && isWorse(scores[b]!, columns[b]!, scores[a]!, columns[a]!)) child++;
    const at = base + child;
    if (!isWorse(scores[at]!, columns[at]!, score, column)) break;
    scores[base + place] = scores[at]!;
    columns[base + place] = columns[at]!;
    place = child;
  }
  scores[base + place] = score;
  columns[base + place] = column;
}

/** In place: a heap of `size` becomes a list with the best entry first. */
function sortHeap(heap: Heap, size: number): void {
  const { scores, columns, base } = heap;
  for (let end = size - 1; end > 0; end--) {
    const [score, column] = [scores[base + end]!, columns[base + end]!];
    [scores[base + end], columns[base + end]] = [scores[base]!, columns[base]!];
    sink(heap, end, score, column);
  }
}
