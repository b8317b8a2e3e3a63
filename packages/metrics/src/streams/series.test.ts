import { createRandom } from '@viewforge/random';
import { expect, test } from 'vitest';
import { createSeries, type SeriesPoint } from '../index.ts';

test('a short series is kept as it is', () => {
  expect(seriesOf([0, 1, 2], 4)).toEqual([0, 1, 2].map((step) => ({ step, value: step * step, count: 1 })));
});

test('a fifth step makes pairs of four points', () => {
  expect(seriesOf([0, 1, 2, 3, 4], 4)).toEqual([
    { step: 0, value: 0.5, count: 2 },
    { step: 2, value: 6.5, count: 2 },
    { step: 4, value: 16, count: 1 },
  ]);
});

test('twenty thousand steps leave at most 2000 points, whose mean is that of all', () => {
  const series = createSeries();
  for (let step = 0; step < 20000; step++) series.add({ step, value: step });
  const points = series.result();
  expect(points.length).toBe(1250); // 20000 / 16
  expect(points.reduce((sum, { value, count }) => sum + value * count, 0) / 20000).toBeCloseTo(19999 / 2, 9);
  expect(points[1]).toEqual({ step: 16, value: 23.5, count: 16 });
});

test('steps that were skipped leave no points', () => {
  expect(seriesOf([1, 1000], 4).map(({ step }) => step)).toEqual([1, 1000]);
});

test.each([1, 2, 3])('divided at random (%i) and merged, a series is the same', (seed) => {
  const random = createRandom('series').fork(seed);
  const parts = [createSeries(8), createSeries(8), createSeries(8)] as const;
  const whole = createSeries(8);
  for (let step = 0; step < 100; step++) {
    const entry = { step, value: random.integer(0, 50) };
    whole.add(entry);
    parts[random.integer(0, 3)]!.add(entry);
  }
  parts[0].merge(parts[1]);
  parts[2].merge(parts[0]);
  expect(parts[2].result()).toEqual(whole.result());
});

function seriesOf(steps: readonly number[], most: number): readonly SeriesPoint[] {
  const series = createSeries(most);
  for (const step of steps) series.add({ step, value: step * step });
  return series.result();
}
