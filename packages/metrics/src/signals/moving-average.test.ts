import { expect, test } from 'vitest';
import { createMovingAverage } from '../index.ts';

test('a constant is its own average from the first number on', () => {
  const average = createMovingAverage(0.9);
  for (let i = 0; i < 3; i++) {
    average.add(4);
    expect(average.result()).toBeCloseTo(4, 12);
  }
});

test('the later of two numbers counts more', () => {
  // weights .8 and 1
  expect(averageOf(0.8, [1, 10])).toBeCloseTo((0.8 + 10) / 1.8, 12);
});

test('without momentum the last number is the average', () => {
  expect(averageOf(0, [3, 5])).toBe(5);
});

test.each([1, -0.1, Number.NaN])('a momentum of %d is an error, not an average of NaN', (momentum) => {
  expect(() => createMovingAverage(momentum)).toThrow(`expected a momentum in [0, 1), got ${momentum}`);
});

test('nothing has no average', () => {
  expect(averageOf(0.9, [])).toBeNaN();
});

test.each([0, 1, 3, 5])('cut after %i of 5 numbers and merged in order, the average is the same', (cut) => {
  const numbers = [1, -2, 8, 0.5, 3];
  const [first, second] = [createMovingAverage(0.7), createMovingAverage(0.7)];
  for (const [i, each] of numbers.entries()) (i < cut ? first : second).add(each);
  first.merge(second);
  expect(first.result()).toBeCloseTo(averageOf(0.7, numbers), 12);
});

function averageOf(momentum: number, numbers: readonly number[]): number {
  const average = createMovingAverage(momentum);
  for (const each of numbers) average.add(each);
  return average.result();
}
