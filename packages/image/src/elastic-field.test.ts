import { expect, test } from 'vitest';
import { elasticField } from './index.ts';

const size = [48, 64] as const;

function fields(deviation: number, smoothness: number): Float32Array[] {
  return Array.from({ length: 60 }, (_, seed) => elasticField(...size, { deviation, smoothness, seed }));
}

function mean(of: readonly Float32Array[], value: (field: Float32Array, i: number) => number): number {
  let [sum, count] = [0, 0];
  for (const field of of) for (let i = 0; i < field.length; i += 7, count++) sum += value(field, i);
  return sum / count;
}

test.each([1, 3, 8])('displacements have the deviation asked for, mean 0 and both directions, smoothness %d', (smoothness) => {
  const drawn = fields(2.5, smoothness);
  // 60 fields of (48 · 64) / (4π smoothness²) independent places; interpolation takes some of the variance
  expect(Math.abs(Math.sqrt(mean(drawn, (field, i) => field[i]! ** 2)) / 2.5 - 1)).toBeLessThan(0.07);
  expect(Math.abs(mean(drawn, (field, i) => field[i]!))).toBeLessThan(0.25);
});

test('neighbors at a distance of twice the smoothness are alike by 1/e', () => {
  // smoothing white noise by a Gaussian of deviation s leaves the correlation exp(-r² / (4 s²))
  const drawn = fields(1, 4);
  const inRow = (i: number) => i % 64 < 56;
  const alike =
    mean(drawn, (field, i) => (inRow(i) ? field[i]! * field[i + 8]! : 0)) /
    mean(drawn, (field, i) => (inRow(i) ? field[i]! ** 2 : 0));
  expect(Math.abs(alike - Math.exp(-1))).toBeLessThan(0.08);
});

test('the same seed gives the same field, another one another', () => {
  const elastic = { deviation: 1, smoothness: 3, seed: 5 };
  expect(elasticField(9, 7, elastic)).toEqual(elasticField(9, 7, elastic));
  expect(elasticField(9, 7, { ...elastic, seed: 6 })).not.toEqual(elasticField(9, 7, elastic));
});

test('a deviation of 0 moves nothing', () => {
  expect(elasticField(5, 6, { deviation: 0, smoothness: 2, seed: 1 }).every((value) => value === 0)).toBe(true);
});

test('a single row, and smoothing far wider than the picture, give a field', () => {
  const wide = elasticField(1, 9, { deviation: 1, smoothness: 100, seed: 2 });
  expect(wide).toHaveLength(18);
  for (const value of wide.subarray(0, 9)) expect(value).toBeCloseTo(wide[0]!, 5);
  expect(() => elasticField(4, 4, { deviation: 1, smoothness: 0, seed: 1 })).toThrow('elasticField: expected a smoothness > 0');
});
