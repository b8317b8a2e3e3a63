import { expect, test } from 'vitest';
import {
  allocate,
  type BestLists,
  hideByCode,
  openBestLists,
  packPanels,
  packScaled,
  rankOfScore,
  scoreOfRank,
  sortBest,
  squareSums,
  takeBest,
  withArena,
  withTwins,
} from './index.ts';

const numbers = (count: number, seed: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.round(Math.sin(seed * 100 + i * 1.7) * 50) / 50);

test('ranks ascend as scores descend, and give the score back', () => {
  const scores = [Number.POSITIVE_INFINITY, 3, 1, 1e-40, 0, -1e-40, -1, -3, Number.NEGATIVE_INFINITY].map(Math.fround);
  const ranks = scores.map(rankOfScore);
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  expect(new Set(ranks).size).toBe(scores.length);
  expect(ranks.map(scoreOfRank)).toEqual(scores);
  expect(rankOfScore(-0)).toBe(rankOfScore(0));
});

// lists of few entries are sorted by insertion, long ones byte by byte; lengths around the 16 scores that are looked at together
test.each([
  [1, 5],
  [3, 16],
  [10, 47],
  [60, 500],
  [200, 1000],
])('the best %i of two tiles of %i scores are those of a sort, and kernel and twin leave the same lists', (count, length) => {
  const rows = 3;
  const stride = length + 5;
  const data = numbers(rows * stride, length);
  data[7] = Number.NaN;
  const run = () =>
    withArena(() => {
      const lists = onMemory(openBestLists(rows + 1, count, -0.9, 0.9));
      const tile = { data: floats(data), at: 0, row: stride, rows, length };
      takeBest(lists, 1, tile, 100);
      takeBest(lists, 1, tile, 100 + length);
      const before = { used: usedOf(lists), limits: lists.limits.slice() };
      sortBest(lists);
      return { before, used: usedOf(lists) };
    });
  const found = run();
  expect(withTwins(run)).toEqual(found);
  expect(found.used[0]).toEqual([]);
  for (let row = 0; row < rows; row++) {
    const all = [0, 1].flatMap((tile) =>
      Array.from({ length }, (_, i) => [100 + tile * length + i, data[row * stride + i]! + 0] as const),
    );
    const within = all.filter(([, score]) => score > Math.fround(-0.9) && score <= Math.fround(0.9));
    const expected = within.sort(([a, x], [b, y]) => y - x || a - b).slice(0, count);
    expect(found.used[row + 1]).toEqual(expected);
  }
});

test.each(['equal', 'different'] as const)('scores of %s codes are hidden; a negative code is like no other', (hides) => {
  const [rows, columns] = [Int32Array.of(1, -1, 2), Int32Array.of(1, 2, -1, 1, 0, 0, 0, 0)];
  const run = (): Float32Array =>
    withArena(() => {
      const data = floats(numbers(24, 3));
      const codes = { rows: integers(rows), columns: integers(columns), hides };
      hideByCode({ data, at: 0, row: 8, rows: 3, length: 4 }, codes);
      return data.slice();
    });
  const found = run();
  expect(withTwins(run)).toEqual(found);
  const hidden = [0, 1, 2].map((row) => [0, 1, 2, 3].filter((c) => found[row * 8 + c] === Number.NEGATIVE_INFINITY));
  expect(hidden).toEqual(
    hides === 'equal'
      ? [[0, 3], [], [1]]
      : [
          [1, 2],
          [0, 1, 2, 3],
          [0, 2, 3],
        ],
  );
});

test.each([1, 4, 7, 130])(
  'rows of %i numbers are squared and packed as by their twins, and as the panels of scaled rows',
  (d) => {
    const n = 11;
    const data = Float32Array.from(numbers(16 * d, d), (value) => value * 1.3);
    const run = () =>
      withArena(() => {
        const rows = { data: floats(data), at: 0, n, d };
        const [sums, factors] = [doubles(n), doubles(16)];
        squareSums(rows, sums);
        for (let row = 0; row < n; row++) factors[row] = 1 / Math.sqrt(sums[row]!);
        const to = allocate(16 * d);
        packScaled(rows, factors, to);
        return { sums: sums.slice(), panels: to.slice() };
      });
    const found = run();
    expect(withTwins(run)).toEqual(found);
    const scaled = data.map((value, i) => (i < n * d ? value * (1 / Math.sqrt(found.sums[Math.floor(i / d)]!)) : 0));
    const panels = new Float32Array(16 * d);
    packPanels(scaled, n, d, panels);
    for (let row = 0; row < n; row++) {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += data[row * d + k]! ** 2;
      expect(found.sums[row]).toBeCloseTo(sum, 10); // float64
      const at = (row >> 3) * 8 * d + (row & 7);
      expect(found.panels[at + 8 * (d - 1)]).toBe(panels[at + 8 * (d - 1)]);
    }
  },
);

/** What each list holds: columns and scores. */
function usedOf({ n, entries, sizes, room }: BestLists): (readonly [number, number])[][] {
  return Array.from({ length: n }, (_, row) =>
    Array.from({ length: sizes[2 * row]! }, (_, i) => {
      const at = 2 * (row * room + i);
      return [entries[at]!, scoreOfRank(entries[at + 1]!)] as const;
    }),
  );
}

function onMemory(lists: BestLists): BestLists {
  const { buffer, byteOffset } = allocate(lists.entries.length);
  const entries = new Uint32Array(buffer, byteOffset, lists.entries.length);
  return { ...lists, entries, sizes: integers(lists.sizes), limits: floats(lists.limits) };
}

function floats(from: Float32Array): Float32Array {
  const to = allocate(from.length);
  to.set(from);
  return to;
}

function integers(from: Int32Array): Int32Array {
  const { buffer, byteOffset } = allocate(from.length);
  const to = new Int32Array(buffer, byteOffset, from.length);
  to.set(from);
  return to;
}

function doubles(length: number): Float64Array {
  const { buffer, byteOffset } = allocate(2 * length);
  return new Float64Array(buffer, byteOffset, length).fill(0);
}
