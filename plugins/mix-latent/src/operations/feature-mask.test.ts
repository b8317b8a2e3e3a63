import { features, values } from '@viewforge/tensor';
import { augmenterPullbackError, exampleFeatures, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { featureMask } from './feature-mask.ts';

obeysAugmenterLaws(featureMask, [exampleFeatures(), exampleFeatures(1, 3)]);

const block = features(Float64Array.of(1, 10, 2, 20, 6, 60), 3, 2);
const masked = (fill: 'zero' | 'mean' | 'row', share: number, rows = block) => [
  ...values(featureMask().apply(rows, { seed: 5, share, fill })),
];

test.each(['zero', 'mean', 'row'] as const)('a share of 0 changes nothing (%s)', (fill) => {
  expect(masked(fill, 0)).toEqual([1, 10, 2, 20, 6, 60]);
});

test('a share of 1 leaves zeros, means of columns, or what other rows have there', () => {
  expect(masked('zero', 1)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(masked('mean', 1)).toEqual([3, 30, 3, 30, 3, 30].map((value) => expect.closeTo(value, 12)));
  masked('row', 1).forEach((value, e) => {
    const column = [0, 1, 2].map((row) => values(block)[2 * row + (e % 2)]!);
    expect(column).toContain(value);
    expect(value).not.toBe(values(block)[e]);
  });
});

test('a row alone has no other one', () => {
  expect(masked('row', 1, features(Float64Array.of(4, 5), 1, 2))).toEqual([4, 5]);
});

test('every other row is as likely to give', () => {
  const rows = features(
    Float64Array.from({ length: 4 * 3000 }, (_, e) => Math.floor(e / 3000)),
    4,
    3000,
  );
  const given = values(featureMask().apply(rows, { seed: 1, share: 1, fill: 'row' })).subarray(0, 3000);
  const counts = [0, 1, 2, 3].map((row) => given.filter((value) => value === row).length);
  expect(counts[0]).toBe(0);
  for (const count of counts.slice(1)) expect(Math.abs(count - 1000)).toBeLessThan(130); // five deviations
});

test('the share is that of coordinates', () => {
  const rows = features(new Float64Array(10_000).fill(1), 100, 100);
  const zeros = values(featureMask().apply(rows, { seed: 2, share: 0.25, fill: 'zero' })).filter((value) => value === 0).length;
  expect(Math.abs(zeros / 10_000 - 0.25)).toBeLessThan(0.022); // five deviations
});

test.each(['zero', 'mean', 'row'] as const)('gradients flow to where numbers came from (%s)', (fill) => {
  for (const share of [0, 0.5, 1])
    expect(augmenterPullbackError(featureMask(), exampleFeatures(4, 5), { seed: 7, share, fill }).worst).toBeLessThan(1e-6);
});
