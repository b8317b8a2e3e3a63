import { expect, test } from 'vitest';
import { intervalOf, tickText, ticksOf } from './ticks.ts';

test.each([
  [[0, 1], 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [[-1, 1], 5, [-1, -0.5, 0, 0.5, 1]],
  [[0, 980], 5, [0, 200, 400, 600, 800]],
  [[0.013, 0.093], 5, [0.02, 0.04, 0.06, 0.08]],
  [[1e6, 1e6 + 3], 3, [1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3]],
  [[4, 4], 5, [4]],
] as const)('round numbers in %j, about %d', (interval, count, expected) => {
  expect(ticksOf(interval, count)).toEqual(expected);
});

test('numbers are short, with a minus that is as long as a plus', () => {
  expect([0, 0.05, -0.5, 1200, 3e6, 2e-7].map(tickText)).toEqual(['0', '0.05', '\u22120.5', '1200', '3e6', '2e-7']);
});

test('an interval holds all finite numbers with some room, and is never of length 0', () => {
  const [low, high] = intervalOf([1, 2, Number.NaN]);
  expect([low, high]).toEqual([expect.closeTo(0.94, 12), expect.closeTo(2.06, 12)]);
  expect(intervalOf([5])).toEqual([4.5, 5.5]);
  expect(intervalOf([0])).toEqual([-0.001, 0.001]);
  expect(intervalOf([])).toEqual([0, 1]);
});
