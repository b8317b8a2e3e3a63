import { expect, test } from 'vitest';
import { constantSchedule, cosineSchedule, linearSchedule, type Schedule } from './schedules.ts';

test.each<[string, Schedule, readonly number[]]>([
  ['constant', constantSchedule(0.99), [0.99, 0.99, 0.99, 0.99]],
  ['linear', linearSchedule(0.04, 0.07), [0.04, 0.0475, 0.055, 0.07]],
  ['cosine', cosineSchedule(0.99, 1), [0.99, 0.99 + 0.01 * (0.5 - Math.SQRT1_2 / 2), 0.995, 1]],
])('%s at 0, a quarter, a half and 1', (_, schedule, expected) => {
  expect([0, 0.25, 0.5, 1].map(schedule)).toEqual(expected.map((each) => expect.closeTo(each, 14)));
});

test('the ends are exact, and hold outside', () => {
  for (const schedule of [linearSchedule(0.1, 0.7), cosineSchedule(0.1, 0.7)]) {
    expect([-1, 0, 1, 2].map(schedule)).toEqual([0.1, 0.1, 0.7, 0.7]);
  }
});
