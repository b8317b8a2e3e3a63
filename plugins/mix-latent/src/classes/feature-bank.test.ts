import { restoreState, saveState } from '@viewforge/pairings';
import { type Features, features, values } from '@viewforge/tensor';
import { contentOf, exampleFeatures, firstDifference } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { bankNeighbors, neighborBatch, refreshBank, startBank } from './feature-bank.ts';
import { spectralNeighborhood } from './spectral-neighborhood.ts';

const shares = rows([0.7, 0.2, 0.1], [0.6, 0.3, 0.1], [0.8, 0.1, 0.1], [0, 1, 0]);
const bank = startBank(rows([2, 0], [3, 1], [1, 1], [-1, 0]), shares);

test('features are brought to length 1, scores stay', () => {
  expect([...values(bank.features[0]!)].slice(0, 2)).toEqual([1, 0]);
  expect(Math.hypot(bank.features[0]!.get(1, 0), bank.features[0]!.get(1, 1))).toBeCloseTo(1, 6);
  expect([...values(bank.scores[0]!)].slice(9)).toEqual([0, 1, 0]);
});

describe('neighbors', () => {
  test('are the nearest others, nearest first', () => {
    expect([...bankNeighbors(bank, Int32Array.of(0, 3), 2).neighbors]).toEqual([1, 2, 2, 1]);
  });

  test('are all others where there are no more than were asked for; none in a bank of one', () => {
    expect(bankNeighbors(bank, Int32Array.of(1), 5)).toEqual({ neighbors: Int32Array.of(0, 2, 3), count: 3 });
    const one = startBank(rows([1, 0]), rows([0.5, 0.5]));
    expect(bankNeighbors(one, Int32Array.of(0))).toEqual({ neighbors: new Int32Array(0), count: 0 });
  });

  test('agree with a search that compares every pair, over several blocks', () => {
    const given = exampleFeatures(150, 4, 1);
    const many = startBank(given, exampleFeatures(150, 2, 2));
    const cosine = (i: number, j: number) => {
      let [dot, a, b] = [0, 0, 0];
      for (let e = 0; e < 4; e++) {
        dot += given.get(i, e) * given.get(j, e);
        a += given.get(i, e) ** 2;
        b += given.get(j, e) ** 2;
      }
      return dot / Math.sqrt(a * b);
    };
    const queries = Int32Array.of(0, 63, 64, 149);
    const expected = [...queries].flatMap((i) =>
      [...Array(150).keys()]
        .filter((j) => j !== i)
        .sort((a, b) => cosine(i, b) - cosine(i, a))
        .slice(0, 5),
    );
    expect([...bankNeighbors(many, queries).neighbors]).toEqual(expected);
  });
});

describe('refreshing', () => {
  const many = startBank(exampleFeatures(150, 3, 1), exampleFeatures(150, 2, 2));
  const after = refreshBank(
    many,
    Int32Array.of(70, 149, 70),
    rows([9, 9, 9], [0, 4, 0], [0, 0, 2]),
    rows([0, 0], [0.1, 0.9], [0.3, 0.7]),
  );

  test('writes the rows of the batch, the last of those that are named twice', () => {
    expect([0, 1, 2].map((e) => after.features[1]!.get(6, e))).toEqual([0, 0, 1]);
    expect(after.scores[1]!.get(6, 1)).toBeCloseTo(0.7, 6);
    expect([0, 1, 2].map((e) => after.features[2]!.get(21, e))).toEqual([0, 1, 0]);
  });

  test('shares blocks without any, and leaves the bank before as it was', () => {
    expect(after.features[0]).toBe(many.features[0]);
    expect(after.features[1]).not.toBe(many.features[1]);
    expect(
      firstDifference(contentOf(many), contentOf(startBank(exampleFeatures(150, 3, 1), exampleFeatures(150, 2, 2)))),
    ).toBeUndefined();
  });

  test('all rows give the bank of these rows, and a saved bank is the same', () => {
    const all = Int32Array.from({ length: 150 }, (_, i) => i);
    const next = refreshBank(many, all, exampleFeatures(150, 3, 5), exampleFeatures(150, 2, 6));
    const expected = startBank(exampleFeatures(150, 3, 5), exampleFeatures(150, 2, 6));
    expect(firstDifference(contentOf(expected), contentOf(next))).toBeUndefined();
    expect(firstDifference(contentOf(next), contentOf(restoreState(saveState(next))))).toBeUndefined();
  });
});

test('the batch of a loss has a teacher for each neighbor, which says what the bank says', () => {
  const students = rows([0.7, 0.2, 0.1]);
  const batch = neighborBatch(
    features(values(students).map(Math.log) as Float64Array, 1, 3),
    bank,
    bankNeighbors(bank, Int32Array.of(0), 3),
  );
  // neighbors 1, 2 and 3: 0.49, 0.59 and, with shares of 0, 0.2
  expect(spectralNeighborhood().measure(batch).value).toBeCloseTo(-(0.42 + 0.06 + 0.01 + 0.56 + 0.02 + 0.01 + 0.2), 6);
});

test('what does not fit is refused', () => {
  expect(() => startBank(rows([1, 0]), shares)).toThrow('expected scores of [1, classes], got [4,3]');
  expect(() => startBank(rows([1, Number.NaN]), rows([1]))).toThrow('expected finite features, got NaN in row 0');
  expect(() => bankNeighbors(bank, Int32Array.of(4))).toThrow('expected rows from 0 to 3, got 4');
  expect(() => bankNeighbors(bank, Int32Array.of(0), 0)).toThrow('expected a count that is a whole number >= 1, got 0');
  expect(() => refreshBank(bank, Int32Array.of(0, 1), rows([1, 0]), rows([1, 0, 0]))).toThrow('expected features of [2, d]');
  expect(() => refreshBank(bank, Int32Array.of(0), rows([1, 0, 0]), rows([1, 0, 0]))).toThrow('expected rows of width 2');
  expect(() => neighborBatch(rows([1, 0]), bank, bankNeighbors(bank, Int32Array.of(0)))).toThrow(
    'expected students of [1, 3], got [1,2]',
  );
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}
