import { describe, expect, test } from 'vitest';
import { normalNoise, uniformNoise } from './index.ts';

const count = 1_000_000;

test('uniform numbers are multiples of 2^-24 in [0, 1) and fill a hundred bins evenly', () => {
  const numbers = uniformNoise(count, 5);
  expect(numbers.every((value) => value >= 0 && value < 1 && Number.isInteger(value * 2 ** 24))).toBe(true);
  const bins = new Float64Array(100);
  for (const value of numbers) bins[Math.floor(value * 100)]!++;
  const chiSquare = bins.reduce((sum, found) => sum + (found - count / 100) ** 2 / (count / 100), 0);
  expect(chiSquare).toBeLessThan(160); // 99 degrees of freedom: mean 99, deviation 14
});

describe('normal numbers', () => {
  const numbers = normalNoise(count, 7);
  const moment = (power: number) => numbers.reduce((sum, value) => sum + value ** power, 0) / count;

  test('have the moments of a normal distribution', () => {
    // five standard errors: sqrt of 1, 2, 15, 96 over the count
    expect(Math.abs(moment(1))).toBeLessThan(5e-3);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(7.1e-3);
    expect(Math.abs(moment(3))).toBeLessThan(0.02);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.05);
  });

  test.each([
    [1, 0.682689],
    [2, 0.9545],
    [3, 0.9973],
    [4, 0.999937],
  ])('lie within %i deviations as often as they should', (deviations, share) => {
    const inside = numbers.filter((value) => Math.abs(value) < deviations).length / count;
    expect(Math.abs(inside - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / count));
  });

  test('neighbors, pairs of one radius and lanes are uncorrelated', () => {
    for (const lag of [1, 2, 3, 4, 5, 7, 8, 64]) {
      let sum = 0;
      let squares = 0; // of squares, which share a radius at a lag of 4
      for (let i = lag; i < count; i++) {
        sum += numbers[i]! * numbers[i - lag]!;
        squares += (numbers[i]! ** 2 - 1) * (numbers[i - lag]! ** 2 - 1);
      }
      expect(Math.abs(sum / count)).toBeLessThan(5e-3);
      expect(Math.abs(squares / count)).toBeLessThan(1.1e-2);
    }
  });
});

test('a seed names its numbers, and a shorter result begins a longer one', () => {
  expect([...normalNoise(50, 3)]).toEqual([...normalNoise(1000, 3).subarray(0, 50)]);
  expect([...uniformNoise(3, -0)]).toEqual([...uniformNoise(3, 0)]);
  const firsts = new Set(Array.from({ length: 2000 }, (_, seed) => uniformNoise(1, seed)[0]));
  expect(firsts.size).toBeGreaterThan(1990);
  expect(uniformNoise(0, 1)).toHaveLength(0);
});

test('the first numbers of many seeds are as normal as those of one', () => {
  const seeds = 20_000;
  const firsts = Array.from({ length: seeds }, (_, seed) => normalNoise(1, seed)[0]!);
  const mean = firsts.reduce((sum, value) => sum + value, 0) / seeds;
  const variance = firsts.reduce((sum, value) => sum + value ** 2, 0) / seeds;
  expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(seeds));
  expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / seeds));
});

test('a length that is no count and a seed that is no number are refused', () => {
  expect(() => normalNoise(1.5, 1)).toThrow('normalNoise: expected a length >= 0, got 1.5');
  expect(() => uniformNoise(1, Number.NaN)).toThrow('expected a finite seed');
});
