import { createRandom } from '@viewforge/random';
import { expect, test } from 'vitest';
import { createHistogram, type Histogram, quantilesOf } from '../index.ts';

test('NaN is no score', () => {
  const histogram = createHistogram();
  histogram.add(Number.NaN);
  expect(histogram.result().n).toBe(0);
});

test('bins are open above, the last one closed', () => {
  const { counts, n } = histogramOf([-1, -0.5, 0, 0.49, 0.5, 1], 4);
  expect([...counts]).toEqual([1, 1, 2, 2]);
  expect(n).toBe(6);
});

test('what rounding puts outside counts as the end', () => {
  expect([...histogramOf([-1 - 1e-15, 1 + 1e-15], 2).counts]).toEqual([1, 1]);
});

test.each([0, 0.05, 0.25, 0.5, 0.9, 1])('the quantile at %d is that of all scores, to a fine bin', (p) => {
  const random = createRandom('histogram');
  const scores = Float64Array.from({ length: 301 }, () => random.uniform(-1, 1) * random.uniform(0, 1));
  // 0.02 / bins: half a fine bin at both neighbors, and the rounding of its edges
  expect(Math.abs(histogramOf(scores, 100).quantile(p) - quantilesOf(scores, [p])[0]!)).toBeLessThanOrEqual(0.0002);
});

test('between two scores a quantile is interpolated, not one of them', () => {
  expect(histogramOf([-0.5, 0.5], 100).quantile(0.25)).toBeCloseTo(-0.25, 3); // a fine bin is 0.0002 wide
});

test('nothing has no quantile', () => {
  expect(histogramOf([], 10).quantile(0.5)).toBeNaN();
});

test('a result stays as it was when more is added', () => {
  const histogram = createHistogram(2);
  histogram.add(0.5);
  const before = histogram.result();
  histogram.add(0.5);
  expect([before.n, before.counts[1], before.quantile(0)]).toEqual([1, 1, expect.closeTo(0.5, 1)]);
});

test('cut anywhere, the counts are the same', () => {
  const scores = [-0.9, 0.1, 0.1, 0.7, -0.3];
  const [first, second] = [createHistogram(10), createHistogram(10)];
  for (const [i, score] of scores.entries()) (i % 2 ? first : second).add(score);
  first.merge(second);
  expect(first.state()).toEqual(stateOf(scores));
});

function stateOf(scores: readonly number[]): Float64Array {
  const histogram = createHistogram(10);
  for (const score of scores) histogram.add(score);
  return histogram.state();
}

function histogramOf(scores: ArrayLike<number>, bins: number): Histogram {
  const histogram = createHistogram(bins);
  for (const score of Array.from(scores)) histogram.add(score);
  return histogram.result();
}
