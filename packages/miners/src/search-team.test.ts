import { onlyColumns } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { copy, type Features, features } from '@viewforge/tensor';
import { afterAll, expect, test } from 'vitest';
import { openSearchTeam } from './search-team.ts';
import { searchTop } from './search-top.ts';

const random = createRandom('team');
const rows = (n: number, d: number): Features =>
  features(
    Float32Array.from({ length: n * d }, () => random.normal(0, 1)),
    n,
    d,
  );
const team = openSearchTeam(3);
afterAll(() => team.close());

test.each([1, 2, 3, 50])('three threads find for %i queries what one does, to the bit', async (n) => {
  const [queries, keys] = [rows(n, 7), rows(1200, 7)];
  keys.set(1100, 3, Number.NaN);
  const labels = (length: number) => Int32Array.from({ length }, () => random.integer(0, 3));
  const whole = {
    queries,
    count: 12,
    excluded: onlyColumns(Array.from({ length: n }, (_, row) => [row, 30, 400, 1100, 1199].slice(row % 4))),
  };
  expect(await team.search({ ...whole, keys: [keys] })).toEqual(searchTop({ ...whole, keys: [keys] }));
  const coded = { queries, count: 12, codes: [{ queries: labels(n), keys: labels(1200), hides: 'equal' }] } as const;
  const limits = { highest: Float64Array.from({ length: n }, (_, row) => row / n) };
  expect(await team.search({ ...coded, limits, keys: [keys] })).toEqual(searchTop({ ...coded, limits, keys: [keys] }));
});

test('keys may be waited for and written over, and be more than are under way at a time', async () => {
  const queries = rows(5, 2 ** 11);
  const blocks = Array.from({ length: 9 }, () => rows(600, 2 ** 11));
  async function* later() {
    for (const block of blocks) {
      const own = copy(block);
      yield own;
      (own.data as Float32Array).fill(0);
    }
  }
  expect(await team.search({ queries, count: 20, keys: later() })).toEqual(searchTop({ queries, count: 20, keys: blocks }));
});

test('a search whose keys fail rejects, and the next one is not touched by it', async () => {
  const [queries, keys] = [rows(4, 6), rows(90, 6)];
  async function* failing() {
    yield rows(400_000, 6);
    throw new Error('no more');
  }
  await expect(team.search({ queries, count: 3, keys: failing() })).rejects.toThrow('no more');
  await expect(team.search({ queries, count: 3, keys: [rows(2, 5)] })).rejects.toMatchObject({ code: 'SHAPE' });
  expect(await team.search({ queries, count: 3, keys: [keys] })).toEqual(searchTop({ queries, count: 3, keys: [keys] }));
});

test('rows in float64, no keys and no queries', async () => {
  const queries = features(Float64Array.of(1, 2, 3), 1, 3);
  const keys = [features(Float64Array.of(3, 2, 1, 1, 2, 3), 2, 3)];
  expect(await team.search({ queries, count: 2, keys })).toEqual(searchTop({ queries, count: 2, keys }));
  expect(await team.search({ queries: rows(2, 3), count: 2, keys: [] })).toEqual(
    searchTop({ queries: rows(2, 3), count: 2, keys: [] }),
  );
  expect(await team.search({ queries: rows(0, 3), count: 2, keys })).toEqual(searchTop({ queries: rows(0, 3), count: 2, keys }));
});

test('a team that was closed, and no threads, are refused', async () => {
  const closed = openSearchTeam(1);
  await closed.close();
  await expect(closed.search({ queries: rows(1, 2), count: 1, keys: [rows(3, 2)] })).rejects.toMatchObject({ code: 'WORKER' });
  expect(() => openSearchTeam(0)).toThrow('expected threads');
});
