import { createRandom } from '@viewforge/random';
import { features } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { drawSynonyms, replaceSynonyms, synonyms } from './replace-synonyms.ts';

const line = features(Float64Array.of(0, 1, 3, 7, 8, 20), 6, 1);

test('the nearest other codes, nearest first, the lower id of equals', () => {
  expect([...synonyms(line, 2)]).toEqual([1, 2, 0, 2, 1, 0, 4, 2, 3, 2, 4, 3]);
  expect([...synonyms(features(Float64Array.of(0, 1, -1), 3, 1), 1)]).toEqual([1, 0, 0]);
  expect(synonyms(line).length).toBe(30);
  expect([...synonyms(features(Float64Array.of(4), 1, 1))]).toEqual([]);
});

const grid = { ids: new Int32Array(8000).fill(3), n: 20, h: 20, w: 20 };
const table = synonyms(line, 4);

test('a share of 0 keeps all, a share of 1 none, and a code without synonyms stays', () => {
  expect(replaceSynonyms(grid, table, 6, { seed: 1, share: 0 })).toEqual(grid);
  expect([...replaceSynonyms(grid, table, 6, { seed: 1, share: 1 }).ids]).not.toContain(3);
  const alone = { ids: Int32Array.of(0, 0), n: 1, h: 1, w: 2 };
  expect(replaceSynonyms(alone, new Int32Array(0), 1, { seed: 1, share: 1 })).toEqual(alone);
});

test('a quarter is replaced, each synonym as likely', () => {
  const drawn = drawSynonyms(createRandom(5));
  expect(drawn.share).toBe(0.25);
  const { ids } = replaceSynonyms(grid, table, 6, drawn);
  const counts = [0, 1, 2, 3, 4, 5].map((id) => ids.filter((each) => each === id).length);
  expect(Math.abs(counts[3]! - 6000)).toBeLessThan(200); // five deviations
  for (const id of table.subarray(12, 16)) expect(Math.abs(counts[id]! - 500)).toBeLessThan(110);
  expect(replaceSynonyms(grid, table, 6, drawn).ids).toEqual(ids);
});

test('an id that is no code is refused', () => {
  expect(() => replaceSynonyms({ ids: Int32Array.of(9), n: 1, h: 1, w: 1 }, table, 6, { seed: 1, share: 1 })).toThrow(
    'expected ids of 6 codes, got 9',
  );
});

test('a table for other codes is refused', () => {
  const grid = { ids: Int32Array.of(1), n: 1, h: 1, w: 1 };
  expect(() => replaceSynonyms(grid, new Int32Array(7), 3, { seed: 1, share: 1 })).toThrow(
    'expected a table of [3, count], got 7 ids',
  );
});
