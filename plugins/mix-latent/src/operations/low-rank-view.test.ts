import { features, values } from '@viewforge/tensor';
import { augmenterPullbackError, exampleFeatures, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { lowRankView, truncatedSvd } from './low-rank-view.ts';
import { singularParts } from './singular-values.ts';

obeysAugmenterLaws(lowRankView, [exampleFeatures(), exampleFeatures(1, 3), exampleFeatures(9, 7), exampleFeatures(7, 9)]);

test('diag(3, 1) at rank 1 is diag(3, 0)', () => {
  const found = values(lowRankView().apply(features(Float64Array.of(3, 0, 0, 1), 2, 2), { rank: 1 }));
  expect([...found]).toEqual([3, 0, 0, 0].map((each) => expect.closeTo(each, 12)));
});

test.each([
  [9, 7],
  [7, 9],
  [6, 6],
])('of %d x %d the result has the rank asked for, the same largest values, and is the block from full rank on', (n, d) => {
  const rows = features(Float64Array.from(values(exampleFeatures(n, d))), n, d);
  const before = singularParts(rows, 'here').singular;
  for (const rank of [1, 2, 5, 6, 7, 50]) {
    const after = singularParts(lowRankView().apply(rows, { rank }), 'here').singular;
    expect([...after]).toEqual([...before].map((value, k) => expect.closeTo(k < rank ? value : 0, 9)));
  }
  const whole = lowRankView().apply(rows, { rank: Math.min(n, d) });
  expect([...values(whole)]).toEqual([...values(rows)].map((each) => expect.closeTo(each, 10)));
});

test('what is left out is as small as it can be: the root of the squares of the other values', () => {
  const rows = exampleFeatures(8, 5);
  const { singular } = singularParts(rows, 'here');
  const near = values(lowRankView().apply(rows, { rank: 2 }));
  const apart = Math.hypot(...[...values(rows)].map((value, e) => value - near[e]!));
  expect(apart).toBeCloseTo(Math.hypot(...singular.subarray(2)), 5); // float32
});

test('zeros stay zeros, and signs of factors are fixed', () => {
  expect([...values(lowRankView().apply(features(new Float32Array(6), 2, 3), { rank: 1 }))]).toEqual(Array(6).fill(0));
  const { left, singular, right } = truncatedSvd(features(Float64Array.of(-3, 0, 0, 1), 2, 2), 5);
  expect([[...left], [...singular], [...right]].map((each) => each.map((value) => value + 0))).toEqual([
    [1, 0, 0, 1],
    [3, 1],
    [-1, 0, 0, 1],
  ]);
});

test.each([
  [5, 3],
  [3, 5],
  [4, 4],
  [1, 3],
])('gradients are those of the whole function (%d x %d)', (n, d) => {
  for (const rank of [1, 2, 3, 9])
    expect(augmenterPullbackError(lowRankView(), exampleFeatures(n, d, 3), { rank }).worst, `rank ${rank}`).toBeLessThan(1e-6);
});

test('between equal singular values nothing is infinite', () => {
  const slopes = features(Float64Array.of(1, 2, 3, 4), 2, 2);
  const found = values(lowRankView().pullback!(features(Float64Array.of(1, 0, 0, 1), 2, 2), { rank: 1 }, slopes));
  expect([...found].filter((value) => !Number.isFinite(value))).toEqual([]);
});
