import type { EncodedViews } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';
import { axes, exampleFeatures, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { effectiveRank, spectrumOf } from './index.ts';

obeysMetricLaws(effectiveRank(), [
  { encoded: oneView(axes(5)), value: 5 },
  // shares 3/4 and 1/4
  { encoded: oneView(rows([3, 0, 0], [0, 1, 0], [0, 0, 0])), value: Math.exp(0.75 * Math.log(4 / 3) + 0.25 * Math.log(4)) },
]);

test('singular values 3, 1 and 0', () => {
  const { singularValues, rankMe, participationRatio, stableRank } = spectrumOf(rows([0, 3, 0], [1, 0, 0], [0, 0, 0]));
  expect([...singularValues]).toEqual([3, 1, 0].map((s) => expect.closeTo(s, 12)));
  expect(rankMe).toBeCloseTo(1.754768, 5);
  expect(participationRatio).toBeCloseTo(100 / 82, 12);
  expect(stableRank).toBeCloseTo(10 / 9, 12);
});

test('the entropy of squares, and the condition number', () => {
  const { covarianceRank, conditionNumber } = spectrumOf(rows([0, 3], [1, 0]));
  expect(covarianceRank).toBeCloseTo(Math.exp(0.9 * Math.log(1 / 0.9) + 0.1 * Math.log(10)), 12);
  expect(conditionNumber).toBeCloseTo(3, 12);
  expect(spectrumOf(rows([3, 0], [0, 0])).conditionNumber).toBe(Number.POSITIVE_INFINITY);
});

test('three equal singular values have RankMe 3', () => {
  expect(spectrumOf(axes(3)).rankMe).toBeCloseTo(3, 5); // 1e-7 is added to each share
});

test.each([0, 1, 2.5])('eigenvalues that fall as rank^-%d have that decay', (exponent) => {
  const n = 12;
  const data = new Float64Array(n * n);
  // the first one does not count
  for (let i = 0; i < n; i++) data[i * n + i] = i === 0 ? 100 : (i + 1) ** (-exponent / 2);
  expect(spectrumOf(features(data, n, n)).decay).toBeCloseTo(exponent, 9);
});

test('a decay needs two ranks from the second to the middle one', () => {
  expect(spectrumOf(axes(5)).decay).toBeNaN();
  expect(spectrumOf(axes(6)).decay).toBeCloseTo(0, 12);
});

test.each([
  ['rows', 0, 3],
  ['dimensions', 3, 0],
])('without %s there is no rank, not rank 1', (_, n, d) => {
  const { singularValues, ...found } = spectrumOf(features(new Float64Array(n * d), n, d));
  expect(singularValues.length).toBe(0);
  expect(Object.values(found)).toEqual(Array(7).fill(Number.NaN));
});

test('features whose squares vanish have the ranks of the same ones enlarged', () => {
  const x = exampleFeatures(7, 6);
  const { singularValues: _, ...large } = spectrumOf(x);
  const tiny = spectrumOf(
    features(
      Float64Array.from(values(x), (each) => each * 1e-200),
      7,
      6,
    ),
  );
  for (const [name, value] of Object.entries(large)) expect(tiny[name as keyof typeof large], name).toBeCloseTo(value, 9);
});

test('what has no number is no part', async () => {
  const { parts } = await effectiveRank().measure(oneView(rows([1, 2], [2, 4])), running());
  expect(Object.keys(parts)).not.toContain('decay');
  expect(Object.keys(parts)).not.toContain('conditionNumber');
});

test('normalized rows count alike, however long they were', async () => {
  const long = oneView(rows([100, 0], [0, 1]));
  expect((await effectiveRank().measure(long, running())).value).toBeLessThan(1.1);
  expect((await effectiveRank({ normalized: true }).measure(long, running())).value).toBeCloseTo(2, 12);
});

test('rows on one line have rank 1', () => {
  const found = spectrumOf(rows([1, 2], [2, 4], [-3, -6]));
  expect(found.rankMe).toBeCloseTo(1, 4);
  expect(found.effectiveRank).toBeCloseTo(1, 12);
});

test('turning all rows changes nothing', () => {
  const plain = [
    [1, 2],
    [3, -1],
    [0.5, 4],
  ] as const;
  const turned = plain.map(([x, y]) => [0.6 * x - 0.8 * y, 0.8 * x + 0.6 * y]);
  expect(spectrumOf(rows(...plain)).rankMe).toBeCloseTo(spectrumOf(rows(...turned)).rankMe, 10);
});

test('centered rows lose what they have in common', () => {
  const found = spectrumOf(rows([5, 1], [5, -1]), { centered: true });
  expect([...found.singularValues]).toEqual([expect.closeTo(Math.SQRT2, 12), expect.closeTo(0, 12)]);
});

test('wide and tall sets have the same spectrum', () => {
  const [wide, tall] = [spectrumOf(rows([1, 2, 3], [0, 1, -1])), spectrumOf(rows([1, 0], [2, 1], [3, -1]))];
  expect([...wide.singularValues]).toEqual([...tall.singularValues].map((s) => expect.closeTo(s, 12)));
});

test('fewer rows than dimensions are noted', async () => {
  const { notes, parts } = await effectiveRank().measure(oneView(rows([1, 0, 0], [0, 1, 0])), running());
  expect(notes).toEqual(['at most 2, the number of rows, which is below the width 3']);
  expect(parts).toMatchObject({ most: 2, largest: 1, smallest: 1 });
});

test.each([0, Number.NaN])('features of %d alone have no rank', async (filling) => {
  const { value, notes } = await effectiveRank().measure(oneView(rows([filling, filling], [filling, filling])), running());
  expect(value).toBeNaN();
  expect(notes).toHaveLength(1);
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function oneView(values: Features): EncodedViews {
  const items = Array.from({ length: values.shape[0]! }, (_, i) => ({ id: `${i}` }));
  return { items, views: { view: [{ features: values, blend: { kind: 'identity' } }] } };
}

test.each([2, 4, 7, 97])('%d equal rows have no effective rank once they are centered, whatever rounding leaves', async (n) => {
  const row = [0.1, 0.17, 1 / 30, -0.1];
  const equal = features(
    Float64Array.from({ length: n * 4 }, (_, i) => row[i % 4]!),
    n,
    4,
  );
  const encoded: EncodedViews = {
    items: Array.from({ length: n }, (_, i) => ({ id: `${i}` })),
    views: { view: [{ features: equal, blend: { kind: 'identity' } }] },
  };
  const { value, notes } = await effectiveRank({ centered: true }).measure(encoded, running());
  expect(value).toBeNaN();
  expect(notes).toEqual(['features are all the same']);
});

test.each([
  [12, 5],
  [5, 12],
  [9, 9],
])('the singular values of rows [%i, %i] are the roots of the eigenvalues that mathjs finds', async (n, d) => {
  const { eigs, multiply, transpose } = await import('mathjs');
  const x = exampleFeatures(n, d);
  const matrix = Array.from({ length: n }, (_, i) => Array.from({ length: d }, (_, j) => x.get(i, j)));
  const gram = n < d ? multiply(matrix, transpose(matrix)) : multiply(transpose(matrix), matrix);
  const roots = (eigs(gram).values as number[]).map((value) => Math.sqrt(Math.max(value, 0))).sort((a, b) => b - a);
  expect([...spectrumOf(x).singularValues]).toEqual(roots.map((root) => expect.closeTo(root, 9)));
});
