import { features } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { keyDriftOf, queueAgesOf } from '../index.ts';

test('a queue of 4 that takes 2 a step holds rows of ages 1, 1, 2 and 2', () => {
  const stored = queueAfter(7, 4, 2);
  expect(queueAgesOf(7, stored)).toEqual({ value: 1.5, n: 4, parts: { smallest: 1, largest: 2 }, notes: [] });
});

test.each([
  [8, 3],
  [5, 5],
  [7, 2],
])('the oldest of %i rows, %i of them new each step, has the age ceil(K / B)', (size, batch) => {
  expect(queueAgesOf(20, queueAfter(20, size, batch)).parts['largest']).toBe(Math.ceil(size / batch));
});

test('rows never stored do not count', () => {
  expect(queueAgesOf(3, [2, 1, -1, -1])).toEqual({
    value: 1.5,
    n: 2,
    parts: { smallest: 1, largest: 2 },
    notes: ['2 rows were never stored'],
  });
  expect(queueAgesOf(0, [])).toEqual({ value: Number.NaN, n: 0, parts: {}, notes: ['ages need a stored row'] });
});

test('keys that turned by a cosine of .6 drifted by .4', () => {
  const stored = features(Float64Array.of(1, 0, 0, 2), 2, 2);
  const current = features(Float64Array.of(3, 4, 0, 1), 2, 2);
  expect(keyDriftOf(stored, current)).toEqual({
    value: expect.closeTo(0.2, 12),
    n: 2,
    parts: { largest: expect.closeTo(0.4, 12) },
    notes: [],
  });
  expect(keyDriftOf(stored, stored).value).toBeCloseTo(0, 12);
});

test('nothing stored has not drifted', () => {
  const none = features(new Float64Array(0), 0, 2);
  expect(keyDriftOf(none, none)).toEqual({ value: Number.NaN, n: 0, parts: {}, notes: ['cosines need two rows that are not 0'] });
});

/** The step at which each row of a ring of this size was stored, before the step `now` stores its own. */
function queueAfter(now: number, size: number, batch: number): Int32Array {
  const stored = new Int32Array(size).fill(-1);
  for (let step = 0, at = 0; step < now; step++) for (let i = 0; i < batch; i++, at++) stored[at % size] = step;
  return stored;
}
