import { type ContrastBatch, pairs } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { createRandom } from '@viewforge/random';
import { features, values } from '@viewforge/tensor';
import { exampleBatches, exampleFeatures, obeysMixerLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { synCo } from './syn-co.ts';

const now = { epoch: 0, step: 0, fraction: 0 };
type Counts = [number, number, number, number, number, number];

obeysMixerLaws(
  synCo({ pool: 3, counts: [2, 2, 2, 1, 1, 1], warmUp: 0 }),
  exampleBatches().map(({ batch }) => batch),
);

/** The rows made for the first query. */
function made(batch: ContrastBatch, counts: Counts, options: Parameters<typeof synCo>[0] = {}): number[][] {
  const mixer = synCo({ ...options, counts, warmUp: 0 });
  const { extras } = mixer.apply(batch, mixer.draw(batch, createRandom(1), now));
  const [, s, d] = extras!.values.shape as [number, number, number];
  return Array.from({ length: s }, (_, r) => [...values(extras!.values).subarray(r * d, (r + 1) * d)]);
}

/** One query with its positive and one negative. */
function one(query: [number, number], negative: [number, number]): ContrastBatch {
  return pairs(features(Float64Array.from(query), 1, 2), features(Float64Array.of(...query, ...negative), 2, 2));
}

describe('a negative (0.6, 0.8)', () => {
  const toSix = (rows: number[][]) => rows.map((row) => row.map((value) => value.toFixed(6)));
  test('a step along the gradient, for a query (1, 0)', () => {
    expect(toSix(made(one([1, 0], [0.6, 0.8]), [0, 0, 0, 0, 1, 0]))).toEqual([['0.606343', '0.795203']]);
  });
  test('a step along the signs, for a query (0.6, 0.8); a feature of 0 has none', () => {
    expect(toSix(made(one([0.6, 0.8], [0.6, 0.8]), [0, 0, 0, 0, 0, 1]))).toEqual([['0.601577', '0.798815']]);
    const [[x, y]] = made(one([1, 0], [0.6, 0.8]), [0, 0, 0, 0, 0, 1]) as [[number, number]];
    expect(y / x).toBeCloseTo(0.8 / 0.61, 12);
  });
  test('interpolated ones lie between it and the middle, extrapolated ones beyond it by up to half', () => {
    // q + beta (n - q) for beta = 1.5 is (0.4, 1.2)
    const angleOf = ([x, y]: number[]) => Math.atan2(y!, x!);
    const inside = made(one([1, 0], [0.6, 0.8]), [200, 0, 0, 0, 0, 0]).map(angleOf);
    expect(Math.max(...inside)).toBeLessThanOrEqual(angleOf([0.6, 0.8]) + 1e-12);
    expect(Math.min(...inside)).toBeGreaterThan(angleOf([0.8, 0.4]));
    expect(Math.min(...inside)).toBeLessThan(angleOf([0.8, 0.4]) + 0.02);
    const beyond = made(one([1, 0], [0.6, 0.8]), [0, 200, 0, 0, 0, 0]).map(angleOf);
    expect(Math.min(...beyond)).toBeGreaterThanOrEqual(angleOf([0.6, 0.8]) - 1e-12);
    expect(Math.max(...beyond)).toBeLessThan(angleOf([0.316228, 0.948683]));
    expect(Math.max(...beyond)).toBeGreaterThan(angleOf([0.316228, 0.948683]) - 0.02);
  });
});

test('noise has the deviation that was asked for', () => {
  const d = 50;
  const query = features(
    Float64Array.from({ length: d }, (_, i) => Number(i === 0)),
    1,
    d,
  );
  const keys = features(
    Float64Array.from({ length: 2 * d }, (_, i) => Number(i === 0 || i === d + 1)),
    2,
    d,
  );
  const rows = made(pairs(query, keys), [0, 0, 0, 400, 0, 0]);
  const numbers = rows.flatMap((row) => row.filter((_, i) => i !== 1).map((value) => value / row[1]!));
  const deviation = Math.sqrt(numbers.reduce((sum, value) => sum + value ** 2, 0) / numbers.length);
  expect(deviation).toBeCloseTo(0.01, 3); // 19 600 draws
  expect(new Set(rows.map(([x]) => x)).size).toBe(400);
});

test('mixed ones of two negatives lie between them, in the order of the kinds', () => {
  const axes = features(
    Float64Array.from({ length: 9 }, (_, at) => Number(at % 4 === 0)),
    3,
    3,
  );
  const batch = pairs(features(Float64Array.of(1, 0, 0), 1, 3), axes);
  const rows = made(batch, [1, 1, 1, 1, 1, 1], { pool: 2 });
  expect(rows).toHaveLength(6);
  expect(rows[0]![0]).toBeGreaterThan(0); // toward the query
  expect(rows[1]![0]).toBeLessThan(0); // away from it
  expect(rows[2]![0]).toBe(0);
  expect(rows[4]![0]).toBeCloseTo(0.01, 4);
  expect(rows[5]![0]).toBeCloseTo(0.01, 4);
});

test('starts at epoch 10, with the counts of the paper', () => {
  const batch = pairs(exampleFeatures(3, 4, 1), exampleFeatures(3, 4, 2));
  const mixer = synCo();
  expect(mixer.draw(batch, createRandom(1), { ...now, epoch: 9 })).toBeNull();
  const params = mixer.draw(batch, createRandom(1), { ...now, epoch: 10 });
  const mixed = mixer.apply(batch, params);
  expect(mixed.extras!.values.shape).toEqual([3, 960, 4]);
  const loss = infoNce();
  expect(loss.measure(mixed).value).toBeGreaterThan(loss.measure(batch).value);
});
