import { createRandom } from '@viewforge/random';
import { type Features, features, values } from '@viewforge/tensor';
import { eigs } from 'mathjs';
import { expect, test } from 'vitest';
import { firstDirection } from './first-direction.ts';

test('points on a line give its direction, wherever the line lies', () => {
  const half = Math.SQRT1_2;
  const line = rows([10, 5], [11, 6], [12, 7], [18, 13]);
  expect([...firstDirection(line)]).toEqual([expect.closeTo(half, 12), expect.closeTo(half, 12)]);
});

test('the sign is the side with the longer tail, and of two equal sides the one whose largest number is positive', () => {
  expect([...firstDirection(rows([0, 0], [1, 0], [2, 0], [-9, 0]))]).toEqual([-1, expect.closeTo(0, 12)]);
  expect(firstDirection(rows([-3, 1], [3, -1]))[0]).toBeGreaterThan(0);
});

test('agrees with the eigenvector of the covariance', () => {
  const random = createRandom(5);
  const [t, d] = [60, 7];
  const data = Float64Array.from({ length: t * d }, (_, i) => random.normal(3, 1 + (i % d)));
  const found = firstDirection(features(data, t, d));
  const mean = Array.from({ length: d }, (_, e) => sum(t, (i) => data[i * d + e]!) / t);
  const covariance = Array.from({ length: d }, (_, a) =>
    Array.from({ length: d }, (__, b) => sum(t, (i) => (data[i * d + a]! - mean[a]!) * (data[i * d + b]! - mean[b]!))),
  );
  const { eigenvectors } = eigs(covariance);
  const largest = eigenvectors.reduce((best, each) => (Number(each.value) > Number(best.value) ? each : best));
  const vector = largest.vector as number[];
  const cosine = sum(d, (e) => vector[e]! * found[e]!) / Math.sqrt(sum(d, (e) => vector[e]! ** 2));
  expect(Math.abs(cosine)).toBeCloseTo(1, 10);
});

test('a token more or less at the mean changes nothing', () => {
  const some = [
    [1, 2],
    [4, 3],
    [0, 7],
    [3, 0],
  ] as const;
  const [a, b] = [firstDirection(rows(...some)), firstDirection(rows(...some, [2, 3]))];
  expect([...a]).toEqual([...b].map((each) => expect.closeTo(each, 10)));
});

test('one token, tokens that are all alike, and numbers that are none are refused', () => {
  expect(() => firstDirection(rows([1, 2]))).toThrow('expected at least two tokens, got [1,2]');
  expect(() => firstDirection(rows([1, 2], [1, 2]))).toThrow('expected tokens that differ, got 2 that are all alike');
  expect(() => firstDirection(rows([1, 2], [1, Number.NaN]))).toThrow('expected finite tokens, got NaN in token 1');
});

test('float32 tokens are taken in float64', () => {
  const exact = rows([1, 0.5], [2, 1], [-3, -1.5]);
  const short = features(Float32Array.from(values(exact)), 3, 2);
  expect([...firstDirection(short)]).toEqual([...firstDirection(exact)]);
});

function sum(count: number, of: (i: number) => number): number {
  return Array.from({ length: count }, (_, i) => of(i)).reduce((all, each) => all + each, 0);
}

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
