import { type ContrastBatch, excludedRanges, onlyColumns, pairs, sparseExclusion, sparseWeights } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { createRandom } from '@viewforge/random';
import { features, tensor, values } from '@viewforge/tensor';
import { exampleBatches, exampleFeatures, obeysMixerLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { mixHardest, mochi, syntheticReport } from './index.ts';
import type { Mixtures } from './mixture.ts';

const now = { epoch: 0, step: 0, fraction: 0 };
const small = mochi({ pool: 3, count: 4, queryCount: 2, warmUp: 0 });

obeysMixerLaws(
  small,
  exampleBatches().map(({ batch }) => batch),
);

function drawn(mixer: typeof small, batch: ContrastBatch, seed = 1): ContrastBatch {
  return mixer.apply(batch, mixer.draw(batch, createRandom(seed), now));
}

/** Rows that count of one query's extras. */
function rowsOf({ extras }: ContrastBatch, query: number): number[][] {
  const [, s, d] = extras!.values.shape as [number, number, number];
  const from = values(extras!.values);
  return Array.from({ length: extras!.counts[query]! }, (_, r) => {
    const at = (query * s + r) * d;
    return [...from.subarray(at, at + d)];
  });
}

const mixtures = (...rows: [number, number, number][]): Mixtures => ({
  first: Int32Array.from(rows, ([first]) => first),
  second: Int32Array.from(rows, ([, second]) => second),
  weights: Float64Array.from(rows, ([, , weight]) => weight),
});

describe('a query (2, 0) with negatives (0.8, 0.6) and (0.6, -0.8)', () => {
  const unit = Math.hypot(0.9, 0.1);
  const positive = [0.9 / unit, 0.1 / unit];
  const batch: ContrastBatch = {
    ...pairs(features(Float64Array.of(2, 0), 1, 2), features(Float64Array.of(...positive, 0.8, 0.6, 0.6, -0.8), 3, 2)),
  };
  // a quarter of the first and three of the second; 0.4 of the query and the rest of the first
  const made = { count: 2, total: 2, mixtures: () => mixtures([0, 1, 0.25], [-1, 0, 0.4]) };
  const mixed = mixHardest(batch, made, 'here');

  test('both kinds', () => {
    expect(rowsOf(mixed, 0).map((row) => row.map((value) => value.toFixed(6)))).toEqual([
      ['0.822192', '-0.569210'],
      ['0.925547', '0.378633'],
    ]);
  });

  test('the loss without and with them, and its gradient', () => {
    const loss = infoNce({ temperature: 0.2 });
    expect(loss.measure(batch).value).toBeCloseTo(0.417948, 6);
    const { value, gradients } = loss.differentiate(mixed);
    expect(value).toBeCloseTo(0.975778, 6);
    const [along, across] = values(gradients.queries!);
    expect(along).toBeCloseTo(0, 12);
    expect(across).toBeCloseTo(-0.036569, 6);
  });
});

test('rows have length 1, none leaves its query farther than the negative it is made of, and the loss never falls', () => {
  const batch = pairs(exampleFeatures(6, 5, 1), exampleFeatures(6, 5, 2));
  const mixed = drawn(mochi({ pool: 4, count: 0, queryCount: 50, warmUp: 0 }), batch);
  const queries = values(batch.queries);
  for (let query = 0; query < 6; query++) {
    const own = [...queries.subarray(query * 5, query * 5 + 5)];
    const cosines = rowsOf(mixed, query).map((row) => {
      expect(Math.hypot(...row)).toBeCloseTo(1, 6);
      return row.reduce((sum, value, i) => sum + value * own[i]!, 0) / Math.hypot(...own);
    });
    const keys = values(batch.keys[0]!);
    const negatives = Array.from({ length: 6 }, (_, key) => {
      const row = [...keys.subarray(key * 5, key * 5 + 5)];
      return row.reduce((sum, value, i) => sum + value * own[i]!, 0) / (Math.hypot(...own) * Math.hypot(...row));
    }).filter((_, key) => key !== query);
    const fourth = negatives.sort((a, b) => b - a)[3]!;
    expect(Math.min(...cosines)).toBeGreaterThanOrEqual(fourth - 1e-6); // float32
  }
  const loss = infoNce();
  const [before, after] = [loss.measure(batch).perQuery, loss.measure(mixed).perQuery];
  for (const [query, value] of before.entries()) expect(after[query]).toBeGreaterThan(value);
});

describe('what a query must not see is mixed into nothing', () => {
  // keys 0 .. 5 point along an axis each: what a row is made of can be read off
  const axes = features(
    Float64Array.from({ length: 36 }, (_, at) => (at % 7 === 0 ? 1 : 0)),
    6,
    6,
  );
  const queries = features(
    Float64Array.from({ length: 12 }, (_, at) => 1 + (at % 6) / 10),
    2,
    6,
  );
  const targets = sparseWeights([[[1, 1]], [[0, 0.5], [2, 0.5]]]); // biome-ignore format: one row
  const mixer = mochi({ pool: 6, count: 200, queryCount: 0, warmUp: 0 });
  const touched = (excluded: ContrastBatch['excluded'], query: number): number[] => {
    const mixed = drawn(mixer, { queries, keys: [axes], targets, excluded });
    return [0, 1, 2, 3, 4, 5].filter((axis) => rowsOf(mixed, query).some((row) => row[axis] !== 0));
  };
  test.each<[string, ContrastBatch['excluded'], number[], number[]]>([
    ['positives alone', { kind: 'none' }, [0, 2, 3, 4, 5], [1, 3, 4, 5]],
    ['oneself', { kind: 'self' }, [2, 3, 4, 5], [3, 4, 5]],
    ['columns', sparseExclusion([[0, 5], [3]]), [2, 3, 4], [1, 4, 5]],
    ['ranges', excludedRanges([[[2, 5]], [[3, 4]]]), [0, 5], [1, 4, 5]],
    ['all but a few columns', onlyColumns([[1, 4, 5], [0, 3]]), [4, 5], [3]], // biome-ignore format: one row
  ])('%s', (_, excluded, first, second) => {
    expect(touched(excluded, 0)).toEqual(first);
    expect(touched(excluded, 1)).toEqual(second);
  });
});

test('fewer negatives than the pool are all used; a query without one gets no synthetic ones', () => {
  const batch = { ...pairs(exampleFeatures(3, 4, 1), exampleFeatures(3, 4, 2)), excluded: onlyColumns([[0, 2], [1], [0, 1, 2]]) };
  const mixed = drawn(mochi({ pool: 100, count: 5, queryCount: 3, warmUp: 0 }), batch);
  expect([...mixed.extras!.counts]).toEqual([8, 0, 8]);
  const only = values(batch.keys[0]!).subarray(8, 12);
  for (const row of rowsOf(mixed, 0).slice(0, 5)) {
    for (const [i, value] of row.entries()) expect(value).toBeCloseTo(only[i]! / norm(only), 6);
  }
  expect(syntheticReport(batch, mixed)).toEqual({ queries: 3, made: 16, cancelled: 0, withoutNegatives: 1 });
});

test('of a pool of one, the first kind are copies of the hardest negative', () => {
  const batch = pairs(features(Float64Array.of(1, 0), 1, 2), features(Float64Array.of(1, 0, 0.6, 0.8, 0, 1), 3, 2));
  const mixed = drawn(mochi({ pool: 1, count: 3, queryCount: 0, warmUp: 0 }), batch);
  expect(rowsOf(mixed, 0)).toEqual([
    [0.6, 0.8],
    [0.6, 0.8],
    [0.6, 0.8],
  ]);
});

test('opposite rows that cancel out are left out, and the report counts them', () => {
  const batch = pairs(features(Float32Array.of(0, 1), 1, 2), features(Float32Array.of(0, 1, 1, 0, -1, 0), 3, 2));
  const made = { count: 2, total: 3, mixtures: () => mixtures([0, 1, 0.5], [0, 1, 0.25], [0, 0, 0.5]) };
  const mixed = mixHardest(batch, made, 'here');
  expect(rowsOf(mixed, 0)).toEqual([
    [-1, 0],
    [1, 0],
  ]);
  expect(syntheticReport(batch, mixed)).toEqual({ queries: 1, made: 2, cancelled: 1, withoutNegatives: 0 });
});

test('of equal negatives the first columns are the hardest', () => {
  const batch = pairs(
    features(Float32Array.of(1, 0, 0, 0), 1, 4),
    tensor(Float32Array.of(1, 0, 0, 0, 0.6, 0.8, 0, 0, 0.6, 0, 0.8, 0, 0.6, 0, 0, 0.8), [4, 4]),
  );
  const made = { count: 2, total: 2, mixtures: () => mixtures([0, 0, 1], [1, 1, 1]) };
  const [first, second] = rowsOf(mixHardest(batch, made, 'here'), 0);
  expect(first![1]).toBeCloseTo(0.8, 6);
  expect(second![2]).toBeCloseTo(0.8, 6);
});

test('NaN in a hardest negative is named; where no query finds it, it does no harm', () => {
  const keys = exampleFeatures(4, 3, 2);
  values(keys)[9] = Number.NaN;
  const batch = pairs(exampleFeatures(2, 3, 1), keys);
  expect(() => drawn(small, batch)).toThrow(
    /mochi: expected finite numbers, got NaN or an infinity in key 3, which query 0 may see/,
  );
  expect(drawn(small, { ...batch, excluded: sparseExclusion([[3], [3]]) }).extras!.counts[0]).toBe(6);
  expect(drawn(mochi({ pool: 2, count: 4, warmUp: 0 }), batch).extras!.counts[0]).toBe(260); // it ranks last
});

test('extras that are there stay in front, and gradients of theirs alone come back', () => {
  const extras = { values: tensor(Float64Array.of(1, 0, 0, 1, 0.6, 0.8, 0, 0), [2, 2, 2]), counts: Int32Array.of(2, 1) };
  const batch: ContrastBatch = {
    ...pairs(features(Float64Array.of(1, 0, 0, 1), 2, 2), features(Float64Array.of(1, 1, -1, 1), 2, 2)),
    extras,
  };
  const params = small.draw(batch, createRandom(1), now);
  const mixed = small.apply(batch, params);
  expect([...mixed.extras!.counts]).toEqual([8, 7]);
  expect(rowsOf(mixed, 0).slice(0, 2)).toEqual([
    [1, 0],
    [0, 1],
  ]);
  expect(rowsOf(mixed, 1)[0]).toEqual([0.6, 0.8]);
  const { gradients } = infoNce().differentiate(mixed);
  const back = small.pullback!(batch, params, gradients);
  expect(back.queries).toBe(gradients.queries);
  expect(back.extras!.shape).toEqual([2, 2, 2]);
  const [from, to] = [values(gradients.extras!), values(back.extras!)];
  expect([...to]).toEqual([...from.subarray(0, 4), ...from.subarray(16, 18), 0, 0]);
  expect(small.pullback!(pairs(batch.queries, batch.keys[0]!), params, gradients).extras).toBeUndefined();
});

test('nothing before the warm-up ends, and nothing of no kind', () => {
  const batch = pairs(exampleFeatures(3, 4, 1), exampleFeatures(3, 4, 2));
  const mixer = mochi();
  const at = (epoch: number) => mixer.draw(batch, createRandom(1), { ...now, epoch });
  expect(at(14)).toBeNull();
  expect(mixer.apply(batch, null)).toBe(batch);
  expect(at(15)).toMatchObject({ pool: 1024, count: 512, queryCount: 256, betaMax: 0.5 });
  expect(mochi({ count: 0, queryCount: 0, warmUp: 0 }).draw(batch, createRandom(1), now)).toBeNull();
});

test('numbers of a query do not depend on the queries, keys and counts beside it', () => {
  const queries = exampleFeatures(5, 4, 1);
  const keys = exampleFeatures(5, 4, 2);
  const whole = drawn(small, pairs(queries, keys));
  const part = drawn(small, { ...pairs(tensor(values(queries).slice(0, 12), [3, 4]), keys) });
  for (const query of [0, 1, 2]) expect(rowsOf(part, query)).toEqual(rowsOf(whole, query));
  expect(rowsOf(drawn(small, pairs(queries, keys), 2), 0)).not.toEqual(rowsOf(whole, 0));
});

test('shares of the query stay below the bound, and every rank is drawn', () => {
  const batch = pairs(features(Float64Array.of(1, 0, 0), 1, 3), features(Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), 3, 3));
  const mixed = drawn(mochi({ pool: 2, count: 0, queryCount: 400, betaMax: 0.3, warmUp: 0 }), batch);
  const shares = rowsOf(mixed, 0).map(([x, y, z]) => x! / (x! + y! + z!));
  expect(Math.max(...shares)).toBeLessThan(0.3);
  expect(Math.max(...shares)).toBeGreaterThan(0.29);
  expect(rowsOf(mixed, 0).filter(([, y]) => y! > 0).length).toBeGreaterThan(150); // 400 draws of 2, five deviations of 200
  expect(rowsOf(mixed, 0).filter(([, , z]) => z! > 0).length).toBeGreaterThan(150);
});

function norm(row: ArrayLike<number>): number {
  return Math.hypot(...Array.from(row));
}
