import type { EncodedViews } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { exampleEncodedViews, exampleFeatures, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { meanDiscrepancy, meanDiscrepancyOf } from '../index.ts';

const [x, y] = [rows([0], [1]), rows([1], [2])];

obeysMetricLaws(meanDiscrepancy({ deviation: 1 }), [{ encoded: viewsOf(x, y), value: 0.038863, tolerance: 1e-6 }]);

test('{0, 1} and {1, 2} with a kernel of width 1', () => {
  const { value, parts, n } = meanDiscrepancyOf(x, y, 1);
  expect(value).toBeCloseTo(0.038863, 6);
  expect(parts['biased']).toBeCloseTo(0.432332, 6);
  expect(n).toBe(4);
});

test('the width is the median distance of all rows when left out', () => {
  expect(meanDiscrepancyOf(x, y).parts['deviation']).toBe(1); // 0, 1, 1, 1, 1, 2
  expect(meanDiscrepancyOf(x, y)).toEqual(meanDiscrepancyOf(x, y, 1));
});

test('where most rows are the same the width is their mean distance', () => {
  const same = rows([0], [0], [0], [1]);
  expect(meanDiscrepancyOf(same, rows([0], [0])).parts['deviation']).toBeCloseTo(5 / 15, 12);
  expect(meanDiscrepancyOf(rows([3], [3]), rows([3], [3]))).toMatchObject({ value: 0, parts: { biased: 0, deviation: 1 } });
});

test.each([0.3, 2])('with width %d it agrees with two loops over everything', (deviation) => {
  const [a, b] = [exampleFeatures(7, 3), features(exampleFeatures(12, 3).data.slice(21), 5, 3)];
  const kernel = (p: Features, i: number, q: Features, j: number): number => {
    let squared = 0;
    for (let e = 0; e < 3; e++) squared += (p.get(i, e) - q.get(j, e)) ** 2;
    return Math.exp(-squared / (2 * deviation ** 2));
  };
  const mean = (p: Features, q: Features, keep: (i: number, j: number) => boolean): number => {
    const found: number[] = [];
    for (let i = 0; i < p.shape[0]!; i++) for (let j = 0; j < q.shape[0]!; j++) if (keep(i, j)) found.push(kernel(p, i, q, j));
    return found.reduce((sum, each) => sum + each, 0) / found.length;
  };
  const across = 2 * mean(a, b, () => true);
  const { value, parts } = meanDiscrepancyOf(a, b, deviation);
  expect(value).toBeCloseTo(mean(a, a, (i, j) => i !== j) + mean(b, b, (i, j) => i !== j) - across, 12);
  expect(parts['biased']).toBeCloseTo(mean(a, a, () => true) + mean(b, b, () => true) - across, 12);
});

test('a set is 0 from itself with each row against itself, and below 0 without', () => {
  const set = exampleFeatures(6, 2);
  const { value, parts } = meanDiscrepancyOf(set, set, 1);
  expect(parts['biased']).toBeCloseTo(0, 12);
  expect(value).toBeLessThan(0);
});

test('more rows than the median is taken over are measured all the same', () => {
  const far = (offset: number) =>
    features(
      Float64Array.from({ length: 1500 }, (_, i) => offset + (i % 7)),
      1500,
      1,
    );
  const { value, parts, notes } = meanDiscrepancyOf(far(0), far(100));
  expect(notes).toEqual(['the median is that of 2000 of 3000 rows']);
  expect(parts['deviation']!).toBeGreaterThan(10);
  expect(value).toBeGreaterThan(0.5);
});

test.each([
  ['one view', exampleEncodedViews({ views: 1 }), 'the mean discrepancy needs two rows in each set'],
  ['NaN', viewsOf(x, rows([Number.NaN], [1])), 'features are not all finite numbers within 1e70'],
])('%s: NaN with a note', async (_, encoded, note) => {
  expect(await meanDiscrepancy().measure(encoded, running())).toEqual({ value: Number.NaN, n: 0, parts: {}, notes: [note] });
});

test('of too many items some are chosen at random', async () => {
  const { n, notes } = await meanDiscrepancy({ most: 4 }).measure(exampleEncodedViews({ items: 9 }), running());
  expect([n, notes]).toEqual([8, ['4 of 9 items were chosen at random']]);
});

test.each([0, -1, Number.NaN])('a kernel of width %d is an error', (deviation) => {
  expect(() => meanDiscrepancyOf(x, x, deviation)).toThrow(`expected a deviation above 0, got ${deviation}`);
});

test('sets of different widths are an error', () => {
  expect(() => meanDiscrepancyOf(exampleFeatures(5, 3), exampleFeatures(5, 4))).toThrow(
    'mean-discrepancy: expected rows of 3 numbers, got [5,4]',
  );
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function viewsOf(...views: readonly Features[]): EncodedViews {
  return {
    items: Array.from({ length: views[0]!.shape[0]! }, (_, i) => ({ id: `${i}` })),
    views: { view: views.map((each) => ({ features: each, blend: { kind: 'identity' } })) },
  };
}
