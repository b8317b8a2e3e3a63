import { withTwins } from '@viewforge/kernels';
import { createRandom, type Random } from '@viewforge/random';
import { copy, type Features, features, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { searchTop, searchTopAsync } from './search-top.ts';
import type { TopKeys } from './top-lists.ts';

const random = createRandom('blocks');
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

test('codes hide the keys of the same number or all others, and limits bound the scores, in both precisions', () => {
  const [queries, keys] = [normal(40, 5, random), normal(300, 5, random)];
  const labels = (n: number): Int32Array => Int32Array.from({ length: n }, () => random.integer(-1, 3));
  const [own, of] = [labels(40), labels(300)];
  const lowest = Float64Array.from({ length: 40 }, (_, row) => -0.5 + row / 100);
  const highest = Float64Array.from({ length: 40 }, (_, row) => 0.9 - row / 100);
  for (const bring of [single, copy]) {
    const [q, k] = [bring(queries), bring(keys)];
    const all = listsOf(searchTop({ queries: q, keys: [k], count: 300 }));
    for (const hides of ['equal', 'different'] as const) {
      const codes = [{ queries: own, keys: of, hides }];
      const found = searchTop({ queries: q, keys: [k], count: 7, codes, limits: { lowest, highest } });
      const expected = all.map((list, row) =>
        list.filter(([column, score]) => {
          const isAlike = own[row]! >= 0 && own[row] === of[column];
          return isAlike === (hides === 'different') && score >= lowest[row]! && score <= highest[row]!;
        }),
      );
      expect(listsOf(found)).toEqual(expected.map((list) => list.slice(0, 7)));
    }
    // a limit at a score is within, one beside it is not
    const [, score] = all[3]![10]!;
    const atLimit = (limits: { lowest?: Float64Array; highest?: Float64Array }) =>
      searchTop({ queries: bring(rowsFrom(queries, 3)), keys: [k], count: 300, limits }).counts[0];
    expect([atLimit({ lowest: Float64Array.of(score) }), atLimit({ highest: Float64Array.of(score) })]).toEqual([11, 290]);
    expect([atLimit({ lowest: Float64Array.of(score + 1e-9) }), atLimit({ highest: Float64Array.of(score - 1e-9) })]).toEqual([
      10, 289,
    ]);
  }
});

function rowsFrom(x: Features, row: number): Features {
  const d = x.shape[1]!;
  return features(values(x).slice(row * d, (row + 1) * d), 1, d);
}

test('blocks may come from a generator, one after the other, and may be waited for', async () => {
  for (const bring of [single, copy]) {
    const [queries, blocks] = [bring(normal(4, 6, random)), Array.from({ length: 7 }, () => bring(normal(30, 6, random)))];
    const whole = searchTop({ queries, keys: blocks, count: 8 });
    let open = 0;
    function* oneByOne(): Generator<Features> {
      for (const block of blocks) {
        expect(++open).toBe(1); // the last one is done with before the next one is asked for
        const own = copy(block);
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
  }
});

test('how keys and queries are cut changes no bit', () => {
  for (const bring of [single, copy]) {
    const [queries, keys] = [bring(normal(70, 11, random)), values(bring(normal(900, 11, random)))];
    const cut = (size: number) =>
      Array.from({ length: Math.ceil(900 / size) }, (_, b) => keys.slice(b * size * 11, (b + 1) * size * 11));
    const found = [1, 7, 64, 300, 900].map((size) =>
      searchTop({ queries, keys: cut(size).map((part) => features(part, part.length / 11, 11)), count: 20 }),
    );
    for (const each of found) expect(each).toEqual(found[0]);
    const alone = searchTop({ queries: rowsFrom(queries, 68), keys: [features(keys, 900, 11)], count: 20 });
    expect([...alone.scores]).toEqual([...found[0]!.scores.slice(68 * 20, 69 * 20)]);
  }
});

test('in float32 the kernels and their twins find the same to the bit', () => {
  const [queries, keys] = [single(normal(5, 6, random)), single(coarse(400, 6, random))];
  const find = () => searchTop({ queries, keys: [keys], count: 9, excluded: { kind: 'self' } });
  expect(withTwins(find)).toEqual(find());
});

test('a row too long to be squared in float32 scores NaN by dot product, and is brought to length 1 by cosine', () => {
  const queries = features(Float32Array.of(1, 0), 1, 2);
  const keys = [features(Float32Array.of(3e19, 0, 0.6, 0.8), 2, 2)];
  expect([...searchTop({ queries, keys, count: 2, similarity: 'dot' }).scores]).toEqual([Math.fround(0.6), Number.NaN]);
  expect([...searchTop({ queries, keys, count: 2 }).columns]).toEqual([0, 1]);
});

test('more queries than lists fit on the memory of the kernels are worked off in parts', () => {
  const count = 4_000_000; // a list of 8 million entries, 64 MB: two queries are two parts
  const [queries, keys] = [single(normal(2, 3, random)), single(normal(50, 3, random))];
  const found = searchTop({ queries, keys: [keys], count, excluded: { kind: 'self' } });
  const few = searchTop({ queries, keys: [keys], count: 50, excluded: { kind: 'self' } });
  for (const row of [0, 1]) {
    expect(found.columns.subarray(row * count, row * count + 50)).toEqual(few.columns.subarray(row * 50, (row + 1) * 50));
  }
});
