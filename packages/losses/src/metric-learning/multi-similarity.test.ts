import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { exampleBatches, obeysLossLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { multiSimilarity } from './multi-similarity.ts';

obeysLossLaws(multiSimilarity());
obeysLossLaws(multiSimilarity({ distance: 'euclidean', rows: 'raw', base: 2, negativeScale: 3 }));

const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);
const first = (query: Features, keys: Features): ContrastBatch => ({ ...pairs(query, keys), targets: sparseWeights([[[0, 1]]]) });

test('ln(1 + e^(-2 (0.6 - 0.5))) / 2 + ln(1 + e^(50 (0.8 - 0.5)) + e^(50 (0 - 0.5))) / 50', () => {
  const { value } = multiSimilarity().measure(first(rows([1, 0]), rows([0.6, 0.8], [0.8, 0.6], [0, 1])));
  expect(value).toBeCloseTo(Math.log1p(Math.exp(-0.2)) / 2 + Math.log(1 + Math.exp(15) + Math.exp(-25)) / 50, 12);
});

test('a distance counts the other way round', () => {
  const batch = first(rows([0]), rows([3], [1]));
  const { value } = multiSimilarity({ distance: 'euclidean', rows: 'raw', base: 2, positiveScale: 1, negativeScale: 1 }).measure(
    batch,
  );
  expect(value).toBeCloseTo(2 * Math.log1p(Math.E), 12);
});

test('without negatives only positives count', () => {
  const { value } = multiSimilarity().measure(pairs(rows([1, 0]), rows([1, Math.sqrt(3)])));
  expect(value).toBeCloseTo(Math.LN2 / 2, 12); // a cosine of 0.5 is the base
});

test('large scales make it the hinges of the hardest pairs', () => {
  const { batch } = exampleBatches()[0]!;
  const { perQuery, parts } = multiSimilarity({ positiveScale: 1e6, negativeScale: 1e6, base: -2 }).measure(batch);
  expect(parts['queries']).toBe(5);
  const hardest = [0, 1, 2, 3, 4].map(
    (i) => Math.max(...[0, 1, 2, 3, 4].flatMap((j) => (i === j ? [] : [cosine(batch, i, j)]))) + 2,
  );
  for (const [i, each] of hardest.entries()) expect(perQuery[i]).toBeCloseTo(each, 5); // ln(4) / 1e6
});

function cosine({ queries, keys }: ContrastBatch, i: number, j: number): number {
  const [a, b] = [queries, keys[0]!].map((of, side) => [0, 1, 2, 3].map((e) => of.get(side === 0 ? i : j, e)));
  const dot = (x: number[], y: number[]): number => x.reduce((sum, each, e) => sum + each * y[e]!, 0);
  return dot(a!, b!) / Math.sqrt(dot(a!, a!) * dot(b!, b!));
}
