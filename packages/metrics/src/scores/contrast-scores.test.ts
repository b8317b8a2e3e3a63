import { type ContrastBatch, eachExcluded, onlyColumns, pairs, sparseExclusion, sparseWeights } from '@viewforge/core';
import { type Features, features, tensor } from '@viewforge/tensor';
import { exampleBatches } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { eachQueryScores } from './contrast-scores.ts';

const axes = rows([1, 0], [0, 1], [-1, 0]);

test('the key of a query is its positive, all others are negatives', () => {
  expect(scoresOf(pairs(axes, axes))).toEqual([
    { positives: [1], negatives: [0, -1], columns: [1, 2] },
    { positives: [1], negatives: [0, 0], columns: [0, 2] },
    { positives: [1], negatives: [-1, 0], columns: [0, 1] },
  ]);
});

test('excluded keys are not seen, and columns count through blocks', () => {
  const batch: ContrastBatch = {
    queries: rows([2, 0]),
    keys: [rows([1, 0]), rows([0, 1], [-1, 0], [3, 4])],
    targets: sparseWeights([[[3, 1]]]),
    excluded: sparseExclusion([[0]]),
  };
  expect(scoresOf(batch)).toEqual([{ positives: [0.6], negatives: [0, -1], columns: [1, 2] }]);
  expect(scoresOf({ ...batch, excluded: onlyColumns([[2, 3]]) })).toEqual([{ positives: [0.6], negatives: [-1], columns: [2] }]);
});

test("a query's own extras are negatives, as many as count", () => {
  const extras = { values: tensor(Float64Array.of(0, 1, 1, 0, 3, 4, 9, 9), [2, 2, 2]), counts: Int32Array.of(2, 1) };
  const batch = { ...pairs(rows([1, 0], [1, 0]), rows([1, 0], [1, 0])), extras };
  expect(scoresOf(batch).map(({ negatives, columns }) => [negatives, columns])).toEqual([
    [
      [1, 0, 1],
      [1, -1, -1],
    ],
    [
      [1, 0.6],
      [0, -1],
    ],
  ]);
});

test("a query's own synthetic positives and what it must not see are told apart", () => {
  const positives = { values: tensor(Float64Array.of(3, 4, 9, 9), [1, 2, 2]), counts: Int32Array.of(1) };
  const batch = { ...pairs(rows([2, 0]), rows([1, 0], [0, 1], [-4, 3])), excluded: sparseExclusion([[1, 2]]), positives };
  const found: number[][] = [];
  eachQueryScores(batch, ({ positives, synthetic, negatives, excluded }) => {
    found.push([...positives], [...synthetic], [...negatives], [...excluded]);
  });
  expect(found).toEqual([[1], [expect.closeTo(0.6, 12)], [], [0, expect.closeTo(-0.8, 12)]]);
});

test('by product rows are taken as they are, zero rows among them', () => {
  const batch = pairs(rows([2, 0], [0, 0]), rows([3, 1], [-1, 5]));
  const found: number[][] = [];
  const facts = eachQueryScores(batch, ({ positives, negatives }) => found.push([...positives], [...negatives]), 'dot');
  expect(found).toEqual([[6], [-2], [0], [0]]);
  expect(facts).toEqual({ zeroRows: 0, allFinite: true });
});

test('rows of length 0 take no part, and are counted once where they are queries and keys', () => {
  const some = rows([1, 0], [0, 0], [0, 1]);
  expect(scoresOf(pairs(some, some))).toHaveLength(2);
  expect(eachQueryScores(pairs(some, some), () => {})).toEqual({ zeroRows: 1, allFinite: true });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('a row of %d takes no part, and is told', (broken) => {
  const batch = pairs(axes, rows([1, 0], [broken, 1], [-1, 0]));
  expect(scoresOf(batch)[0]!.negatives).toEqual([-1]);
  expect(eachQueryScores(batch, () => {})).toEqual({ zeroRows: 0, allFinite: false });
});

test('keys of another width are an error', () => {
  const batch = { ...pairs(axes, axes), keys: [rows([1, 0, 0])] };
  expect(() => eachQueryScores(batch, () => {})).toThrow('expected keys of width 2, got [1,3]');
});

test.each(exampleBatches())('$name: every key that is not excluded is a positive or a negative', ({ batch }) => {
  eachQueryScores(batch, ({ query, positives, columns }) => {
    const own = batch.extras?.counts[query] ?? 0;
    expect([...columns].filter((column) => column === -1)).toHaveLength(own);
    const k = batch.keys.reduce((sum, { shape }) => sum + shape[0]!, 0);
    let hidden = 0;
    eachExcluded(batch, query, () => hidden++);
    expect(positives.length + columns.length - own).toBe(k - hidden);
  });
});

function scoresOf(batch: ContrastBatch) {
  const found: { positives: number[]; negatives: number[]; columns: number[] }[] = [];
  // rounded to 12 digits: unit rows are made by multiplication
  const round = (numbers: Float64Array): number[] => [...numbers].map((each) => Math.round(each * 1e12) / 1e12 + 0);
  eachQueryScores(batch, ({ positives, negatives, columns }) => {
    found.push({ positives: round(positives), negatives: round(negatives), columns: [...columns] });
  });
  return found;
}

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
