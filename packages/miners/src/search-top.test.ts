import { type Exclusion, excludedRanges, onlyColumns, sparseExclusion } from '@viewforge/core';
import { createRandom, type Random } from '@viewforge/random';
import { type Features, features, values } from '@viewforge/tensor';
import { describe, expect, test } from 'vitest';
import { searchTop, searchTopAsync } from './search-top.ts';
import type { TopKeys } from './top-lists.ts';

const normal = (n: number, d: number, random: Random): Features =>
  features(
    Float64Array.from({ length: n * d }, () => random.normal(0, 1)),
    n,
    d,
  );
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
  return Array.from({ length: queries.shape[0]! }, (_, row) => {
    const query = unit(rowOf(queries, row), similarity);
    const all = rows
      .map((key, column) => [column, dot(query, unit(key, similarity))] as const)
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

// sizes around the tile of 64 keys, the 32 queries at once, and the twos and fours of the inner loop
const sizes = [
  { n: 1, blocks: [1], d: 3, count: 1 },
  { n: 3, blocks: [63, 1, 1], d: 1, count: 5 },
  { n: 33, blocks: [64], d: 4, count: 64 },
  { n: 34, blocks: [10, 0, 131, 65], d: 7, count: 17 },
  { n: 70, blocks: [201], d: 5, count: 300 },
];

describe.each(['cosine', 'dot'] as const)('%s', (similarity) => {
  describe.each(sizes)('$n queries, blocks of $blocks, $count asked for', ({ n, blocks, d, count }) => {
    test.each(['none', 'self', 'sparse', 'ranges', 'except'])('is what sorting everything gives (%s excluded)', (kind) => {
      for (const make of [normal, coarse]) {
        const [queries, keys] = [make(n, d, random), blocks.map((size) => make(size, d, random))];
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

test.each([1, 2, 3, 5, 9])(
  'keys that are no numbers come last, in their order, and never in the place of another (top %d)',
  (count) => {
    const [queries, keys] = [normal(5, 3, random), Float64Array.from(values(normal(9, 3, random)))];
    for (const broken of [0, 3, 4, 8]) keys[broken * 3] = broken === 3 ? Number.POSITIVE_INFINITY : Number.NaN;
    for (const list of listsOf(searchTop({ queries, keys: [features(keys, 9, 3)], count }))) {
      const [numbers, others] = [
        list.filter(([, score]) => !Number.isNaN(score)),
        list.filter(([, score]) => Number.isNaN(score)),
      ];
      expect(list).toEqual([...numbers, ...others]);
      expect(numbers).toHaveLength(Math.min(5, count));
      expect(others.map(([column]) => column)).toEqual([0, 3, 4, 8].slice(0, Math.max(0, count - 5)));
    }
  },
);

test('blocks may come from a generator, one after the other, and may be waited for', async () => {
  const [queries, blocks] = [normal(4, 6, random), Array.from({ length: 7 }, () => normal(30, 6, random))];
  const whole = searchTop({ queries, keys: blocks, count: 8 });
  let open = 0;
  function* oneByOne(): Generator<Features> {
    for (const block of blocks) {
      expect(++open).toBe(1); // the last one is done with before the next one is asked for
      const own = features(values(block).slice(), 30, 6);
      yield own;
      values(own).fill(0);
      open--;
    }
  }
  async function* later(): AsyncGenerator<Features> {
    yield* oneByOne();
  }
  expect(searchTop({ queries, keys: oneByOne(), count: 8 })).toEqual(whole);
  expect(await searchTopAsync({ queries, keys: later(), count: 8 })).toEqual(whole);
  expect(await searchTopAsync({ queries, keys: blocks, count: 8 })).toEqual(whole);
});

test('how the keys are cut into blocks changes no bit', () => {
  const [queries, keys] = [normal(9, 11, random), values(normal(150, 11, random))];
  const cut = (size: number) =>
    Array.from({ length: Math.ceil(150 / size) }, (_, b) => keys.slice(b * size * 11, (b + 1) * size * 11));
  const found = [1, 7, 64, 150].map((size) =>
    searchTop({ queries, keys: cut(size).map((part) => features(part, part.length / 11, 11)), count: 20 }),
  );
  for (const each of found) expect(each).toEqual(found[0]);
});

test('float32 rows are compared in float64', () => {
  const [queries, keys] = [normal(3, 4, random), normal(20, 4, random)];
  const single = (x: Features): Features => features(Float32Array.from(values(x)), x.shape[0]!, 4);
  const widened = (x: Features): Features => features(Float64Array.from(values(x)), x.shape[0]!, 4);
  const found = searchTop({ queries: single(queries), keys: [single(keys)], count: 4 });
  expect(found).toEqual(searchTop({ queries: widened(single(queries)), keys: [widened(single(keys))], count: 4 }));
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
