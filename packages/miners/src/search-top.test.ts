import { type Exclusion, excludedRanges, onlyColumns, sparseExclusion } from '@viewforge/core';
import { createRandom, type Random } from '@viewforge/random';
import { copy, type Features, features, values } from '@viewforge/tensor';
import { describe, expect, test } from 'vitest';
import { searchTop } from './search-top.ts';
import type { TopKeys } from './top-lists.ts';

const normal = (n: number, d: number, random: Random): Features =>
  features(
    Float64Array.from({ length: n * d }, () => random.normal(0, 1)),
    n,
    d,
  );
const single = (x: Features): Features => features(Float32Array.from(values(x)), x.shape[0]!, x.shape[1]!);
/** Rows of few different numbers, so that many scores are equal to the bit. */
const coarse = (n: number, d: number, random: Random): Features =>
  features(
    Float64Array.from({ length: n * d }, () => random.integer(-1, 2)),
    n,
    d,
  );

function listsOf({ columns, scores, counts, count }: TopKeys): (readonly [column: number, score: number])[][] {
  return [...counts].map((size, row) =>
    Array.from({ length: size }, (_, i) => [columns[row * count + i]!, scores[row * count + i]!] as const),
  );
}

/** All columns that a row may see, sorted by the definition; scores by the plainest loop. */
function sortedAll(
  queries: Features,
  keys: readonly Features[],
  similarity: 'cosine' | 'dot',
  hides: (row: number, column: number) => boolean,
) {
  const rows = keys.flatMap((block) => Array.from({ length: block.shape[0]! }, (_, key) => rowOf(block, key)));
  const isSingle = queries.data instanceof Float32Array;
  const score = isSingle ? singleDot : dot;
  const bring = isSingle ? singleUnit : unit;
  return Array.from({ length: queries.shape[0]! }, (_, row) => {
    const query = bring(rowOf(queries, row), similarity);
    const all = rows
      .map((key, column) => [column, score(query, bring(key, similarity))] as const)
      .filter(([column]) => !hides(row, column));
    return all.sort(
      ([a, x], [b, y]) => Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || (Number.isNaN(x) ? 0 : y - x) || a - b,
    );
  });
}

function rowOf(x: Features, row: number): number[] {
  return Array.from({ length: x.shape[1]! }, (_, e) => x.get(row, e));
}

function unit(row: readonly number[], similarity: 'cosine' | 'dot'): number[] {
  const norm = similarity === 'dot' ? 1 : Math.max(1e-12, Math.sqrt(dot(row, row)));
  return row.map((value) => value / norm);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, e) => sum + value * b[e]!, 0);
}

/** In float32: the squares in four sums, the row times one over its length, rounded once. */
function singleUnit(row: readonly number[], similarity: 'cosine' | 'dot'): number[] {
  const sums = [0, 0, 0, 0];
  const whole = row.length & ~3;
  for (let e = 0; e < whole; e++) sums[e % 4]! += row[e]! * row[e]!;
  const norm = row.slice(whole).reduce((sum, value) => sum + value * value, sums[0]! + sums[2]! + (sums[1]! + sums[3]!));
  return row.map((value) => Math.fround(value * (similarity === 'dot' ? 1 : 1 / Math.max(1e-12, Math.sqrt(norm)))));
}

function singleDot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, e) => Math.fround(sum + Math.fround(value * b[e]!)), 0);
}

const random = createRandom('search');
const exclusions = (n: number, k: number): Record<string, [Exclusion, (row: number, column: number) => boolean]> => {
  const lists = Array.from({ length: n }, () =>
    Array.from({ length: k }, (_, column) => column).filter(() => random.chance(0.3)),
  );
  return {
    none: [{ kind: 'none' }, () => false],
    self: [{ kind: 'self' }, (row, column) => row === column],
    sparse: [sparseExclusion(lists), (row, column) => lists[row]!.includes(column)],
    ranges: [
      excludedRanges(lists.map((list) => list.map((column) => [column, column + 1]))),
      (row, column) => lists[row]!.includes(column),
    ],
    except: [onlyColumns(lists), (row, column) => !lists[row]!.includes(column)],
  };
};

// sizes around the tiles of 64 and 256 keys, the 32 and 64 queries at once, panels of 8, vectors of 16 scores, and full lists
const sizes = [
  { n: 1, blocks: [1], d: 3, count: 1 },
  { n: 3, blocks: [63, 1, 1], d: 1, count: 5 },
  { n: 33, blocks: [64], d: 4, count: 64 },
  { n: 34, blocks: [10, 0, 131, 65], d: 7, count: 17 },
  { n: 70, blocks: [201], d: 5, count: 300 },
  { n: 65, blocks: [255, 3, 300], d: 8, count: 2 },
  { n: 2, blocks: [900], d: 4, count: 100 },
];

describe.each([
  ['cosine', 'float64'],
  ['dot', 'float64'],
  ['cosine', 'float32'],
  ['dot', 'float32'],
] as const)('%s in %s', (similarity, type) => {
  describe.each(sizes)('$n queries, blocks of $blocks, $count asked for', ({ n, blocks, d, count }) => {
    test.each(['none', 'self', 'sparse', 'ranges', 'except'])('is what sorting everything gives (%s excluded)', (kind) => {
      for (const make of [normal, coarse]) {
        const given = (size: number): Features => (type === 'float32' ? single : copy)(make(size, d, random));
        const [queries, keys] = [given(n), blocks.map(given)];
        const [excluded, hides] = exclusions(
          n,
          blocks.reduce((sum, size) => sum + size, 0),
        )[kind]!;
        const found = searchTop({ queries, keys, count, excluded, similarity });
        expect(listsOf(found)).toEqual(sortedAll(queries, keys, similarity, hides).map((list) => list.slice(0, count)));
      }
    });
  });
});

test('places without a key hold column -1 and score -Infinity', () => {
  const { columns, scores, counts } = searchTop({
    queries: normal(1, 2, random),
    keys: [normal(2, 2, random)],
    count: 3,
    excluded: { kind: 'self' },
  });
  expect([columns[0], columns[1], columns[2], scores[2], counts[0]]).toEqual([1, -1, -1, Number.NEGATIVE_INFINITY, 1]);
  const none = searchTop({ queries: normal(2, 2, random), keys: [], count: 1 });
  expect([...none.counts, ...none.columns]).toEqual([0, 0, -1, -1]);
});

test.each(
  [1, 2, 3, 5, 9].flatMap((count) => [
    { count, type: 'float64' },
    { count, type: 'float32' },
  ]),
)('keys that are no numbers come last, in their order, and never in the place of another (top $count, $type)', (given) => {
  const { count, type } = given;
  const bring = type === 'float32' ? single : copy;
  const [queries, keys] = [bring(normal(5, 3, random)), Float64Array.from(values(normal(9, 3, random)))];
  for (const broken of [0, 3, 4, 8]) keys[broken * 3] = broken === 3 ? Number.POSITIVE_INFINITY : Number.NaN;
  for (const list of listsOf(searchTop({ queries, keys: [bring(features(keys, 9, 3))], count }))) {
    const [numbers, others] = [list.filter(([, score]) => !Number.isNaN(score)), list.filter(([, score]) => Number.isNaN(score))];
    expect(list).toEqual([...numbers, ...others]);
    expect(numbers).toHaveLength(Math.min(5, count));
    expect(others.map(([column]) => column)).toEqual([0, 3, 4, 8].slice(0, Math.max(0, count - 5)));
  }
});

test('a query that is no number finds the first keys that it may see, and keys that are none are hidden like others', () => {
  for (const bring of [single, copy]) {
    const [queries, keys] = [Float64Array.from(values(normal(2, 3, random))), Float64Array.from(values(normal(6, 3, random)))];
    queries[0] = Number.NaN;
    keys[4 * 3] = Number.NaN;
    keys[5 * 3] = Number.NaN;
    const excluded = sparseExclusion([[0, 2], [4]]);
    const search = { queries: bring(features(queries, 2, 3)), keys: [bring(features(keys, 6, 3))], excluded };
    const found = searchTop({ ...search, count: 5 });
    expect([...found.columns.subarray(0, 5)]).toEqual([1, 3, 4, 5, -1]);
    expect([...found.columns.subarray(5)].sort()).toEqual([0, 1, 2, 3, 5]);
    expect(found.columns[9]).toBe(5);
    expect([...searchTop({ ...search, count: 5, limits: { lowest: Float64Array.of(-1, -1) } }).counts]).toEqual([0, 4]);
  }
});

test('a block of another width and a count that is none are refused', () => {
  const queries = normal(2, 3, random);
  expect(() => searchTop({ queries, keys: [normal(2, 4, random)], count: 1 })).toThrow(
    expect.objectContaining({ code: 'SHAPE' }),
  );
  for (const count of [0, 1.5, Number.NaN]) {
    expect(() => searchTop({ queries, keys: [], count })).toThrow(expect.objectContaining({ code: 'OPTION' }));
  }
});
