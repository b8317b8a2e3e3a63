import { type Features, features } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { knnAccuracy, knnLeaveOneOut, knnPredictions } from '../index.ts';

/** A row whose cosine with (1, 0) is given. */
const at = (cosine: number): readonly [number, number] => [cosine, Math.sqrt(1 - cosine * cosine)];
const query = rows([3, 0]);

test('one close neighbor outvotes two that are further', () => {
  // votes e^9 = 8103.083928 against e^8 + e^8.5 = 7895.726827
  const train = { rows: rows(at(0.9), at(0.8), at(0.85)), labels: [0, 1, 1] };
  expect([...knnPredictions(train, query)]).toEqual([0]);
  expect(knnAccuracy(train, { rows: query, labels: [0] })).toEqual({ value: 1, n: 1, parts: { top5: 1 }, notes: [] });
  expect(knnAccuracy(train, { rows: query, labels: [1] })).toMatchObject({ value: 0, parts: { top5: 1 } });
});

test('votes are exponentials: these three tie where e^(0.05 / temperature) is the golden ratio', () => {
  // e^(0.9 / t) = e^(0.8 / t) + e^(0.85 / t)
  const train = { rows: rows(at(0.9), at(0.8), at(0.85)), labels: [0, 1, 1] };
  const tie = 0.05 / Math.log((1 + Math.sqrt(5)) / 2);
  expect([...knnPredictions(train, query, { temperature: tie * 0.999 })]).toEqual([0]);
  expect([...knnPredictions(train, query, { temperature: tie * 1.001 })]).toEqual([1]);
});

test.each([1e-5, 1e5])('temperature %d neither overflows nor fails', (temperature) => {
  const train = { rows: rows(at(0.9), at(0.8), at(0.85)), labels: [0, 1, 1] };
  expect([...knnPredictions(train, query, { temperature })]).toEqual([temperature < 1 ? 0 : 1]);
});

test('only the k nearest vote, and a tie goes to the lower class', () => {
  const train = { rows: rows(at(0.9), at(0.9), at(0.8), at(0.8), at(0.8)), labels: [5, 2, 5, 5, 5] };
  expect([...knnPredictions(train, query, { k: 1 })]).toEqual([5]); // the lower index
  expect([...knnPredictions(train, query, { k: 2 })]).toEqual([2]);
  expect([...knnPredictions(train, query, { k: 3 })]).toEqual([5]);
});

test('by distance, a vote weighs its inverse', () => {
  const train = { rows: rows([2, 0], [5, 0], [-2, 0]), labels: [1, 0, 0] };
  // distances 1, 2 and 5: 1 against 1/2 + 1/5
  expect([...knnPredictions(train, query, { nearness: 'distance' })]).toEqual([1]);
  // distances 1.2, 2 and 1.8 from another place
  expect([...knnPredictions(train, rows([0, 0]), { nearness: 'distance' })]).toEqual([0]);
});

test('classes without a vote come last, but count among the first five', () => {
  const train = { rows: rows(at(0.9), at(-0.5), at(-0.6)), labels: [4, 2, 3] };
  expect(knnAccuracy(train, { rows: query, labels: [3] }, { k: 3 }).parts['top5']).toBe(1);
  expect(knnAccuracy(train, { rows: query, labels: [3] }, { k: 1 }).parts['top5']).toBe(0);
  expect(knnAccuracy(train, { rows: query, labels: [9] }, { k: 3 }).parts['top5']).toBe(0);
});

test('leaving one out, a row does not vote for itself', () => {
  const x = { rows: rows([1, 0], [1, 0.1], [0, 1], [0.1, 1]), labels: [0, 0, 1, 1] };
  expect(knnLeaveOneOut(x, { k: 1 }).value).toBe(1);
  expect(knnLeaveOneOut({ ...x, labels: [0, 1, 2, 3] }, { k: 1 }).value).toBe(0);
  // nor do rows of its source
  expect(knnLeaveOneOut(x, { k: 1, sources: [0, 0, 1, 1] }).value).toBe(0);
});

test('leaving one out is what training on all others does, row by row', () => {
  const [n, d] = [12, 3];
  const x = exampleFeatures(n, d);
  const labels = Array.from({ length: n }, (_, i) => i % 3);
  let right = 0;
  for (let i = 0; i < n; i++) {
    const others = [...Array(n).keys()].filter((j) => j !== i);
    const train = { rows: rows(...others.map((j) => rowOf(x, j))), labels: others.map((j) => labels[j]!) };
    right += Number(knnPredictions(train, rows(rowOf(x, i)), { k: 4 })[0] === labels[i]);
  }
  expect(knnLeaveOneOut({ rows: x, labels }, { k: 4 }).value).toBe(right / n);
});

test('rows of length 0 neither ask nor vote by cosine', () => {
  const train = { rows: rows([0, 0], [0, 1]), labels: [0, 1] };
  const found = knnAccuracy(train, { rows: rows([1, 0], [0, 0]), labels: [1, 1] });
  expect(found).toEqual({ value: 1, n: 1, parts: { top5: 1 }, notes: ['2 rows of length 0 were left out'] });
  expect([...knnPredictions(train, rows([1, 0], [0, 0]))]).toEqual([1, -1]);
});

test('where nobody votes there is no value, and a note', () => {
  const none = { rows: features(new Float64Array(0), 0, 2), labels: [] };
  for (const report of [
    knnAccuracy(none, { rows: query, labels: [0] }),
    knnAccuracy({ rows: query, labels: [0] }, none),
    knnLeaveOneOut({ rows: query, labels: [0] }),
    knnLeaveOneOut({ rows: rows([Number.NaN, 1]), labels: [0] }),
  ]) {
    expect(report).toMatchObject({ value: Number.NaN, n: 0 });
    expect(report.notes).toHaveLength(1);
  }
});

test('rows with a label below 0 neither vote nor count', () => {
  const train = { rows: rows([1, 0], [1, 0.1], [0, 1]), labels: [-1, 1, 0] };
  expect(knnPredictions(train, rows([1, 0]), { k: 1 })[0]).toBe(1);
  expect(knnAccuracy(train, { rows: rows([1, 0], [1, 0]), labels: [-1, 1] }, { k: 1 })).toMatchObject({ value: 1, n: 1 });
});

test('what does not fit is named', () => {
  const train = { rows: rows([1, 0]), labels: [0] };
  expect(() => knnPredictions({ ...train, labels: [] }, query)).toThrow('expected 1 labels, one a row, got 0');
  expect(() => knnPredictions(train, query, { k: 0 })).toThrow('expected k of at least 1, got 0');
  expect(() => knnPredictions(train, query, { temperature: 0 })).toThrow('expected a temperature above 0, got 0');
  expect(() => knnPredictions(train, rows([Number.NaN, 0]))).toThrow('expected rows of finite numbers');
});

function rowOf(x: Features, row: number): number[] {
  return Array.from({ length: x.shape[1]! }, (_, i) => x.get(row, i));
}

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
