import { expect, test } from 'vitest';
import {
  constantSchedule,
  cosineSchedule,
  exponentialSchedule,
  linearSchedule,
  type Schedule,
  stepSchedule,
  warmupSchedule,
} from './schedules.ts';

test.each<[string, Schedule, readonly number[]]>([
  ['constant', constantSchedule(0.99), [0.99, 0.99, 0.99, 0.99]],
  ['linear', linearSchedule(0.04, 0.07), [0.04, 0.0475, 0.055, 0.07]],
  ['cosine', cosineSchedule(0.99, 1), [0.99, 0.99 + 0.01 * (0.5 - Math.SQRT1_2 / 2), 0.995, 1]],
  ['step', stepSchedule([0, 1], [0.25, 0.1], [0.6, 0.01]), [1, 0.1, 0.1, 0.01]],
  ['warm-up', warmupSchedule(0.5, constantSchedule(3)), [0, 0, 3, 3]],
  ['warm-up of a line', warmupSchedule(0.25, linearSchedule(2, 4)), [0, 2.5, 3, 4]],
  ['exponential', exponentialSchedule(5), [Math.exp(-5), Math.exp(-3.75), Math.exp(-2.5), 1]],
])('%s at 0, a quarter, a half and 1', (_, schedule, expected) => {
  expect([0, 0.25, 0.5, 1].map(schedule)).toEqual(expected.map((each) => expect.closeTo(each, 14)));
});

test('the ends are exact, and hold outside', () => {
  for (const schedule of [linearSchedule(0.1, 0.7), cosineSchedule(0.1, 0.7)]) {
    expect([-1, 0, 1, 2].map(schedule)).toEqual([0.1, 0.1, 0.7, 0.7]);
  }
});

test('a step holds from its own fraction on, such as epoch 60 of 100', () => {
  const schedule = stepSchedule([0, 1], [60 / 100, 0.1]);
  expect([-1, 59 / 100, 60 / 100, 2].map(schedule)).toEqual([1, 1, 0.1, 0.1]);
});

test.each<readonly (readonly [number, number])[]>([
  [],
  [[0.1, 1]],
  [
    [0, 1],
    [0.5, 2],
    [0.5, 3],
  ],
  [
    [0, 1],
    [1.5, 2],
  ],
  [
    [0, 1],
    [Number.NaN, 2],
  ],
])('steps %j %j %j are refused: something must hold at each fraction', (...steps) => {
  expect(() => stepSchedule(...steps)).toThrow(expect.objectContaining({ code: 'OPTION' }));
});

test('an exponential stays at its ends outside of [0, 1]', () => {
  expect([-1, 2].map(exponentialSchedule(5))).toEqual([Math.exp(-5), 1]);
});
