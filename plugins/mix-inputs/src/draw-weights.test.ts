import { createRandom } from '@viewforge/random';
import { expect, test } from 'vitest';
import { betaLaw, drawWeight, drawWeights } from './draw-weights.ts';

const draws = (law: Parameters<typeof drawWeight>[0]) =>
  Array.from({ length: 4000 }, (_, seed) => drawWeight(law, createRandom(seed)));
const mean = (of: readonly number[]) => of.reduce((sum, each) => sum + each, 0) / of.length;

test('a batch shares one weight, or every item has its own', () => {
  expect(drawWeights(betaLaw(1), 5, createRandom(1))).toHaveLength(1);
  const own = drawWeights(betaLaw(1, { sharing: 'sample' }), 5, createRandom(1));
  expect(new Set(own).size).toBe(5);
});

test.each([0.2, 1, 2])('Beta(%d, same) has mean 1/2 and variance 1 / (4 (2 alpha + 1))', (alpha) => {
  const drawn = draws(betaLaw(alpha));
  const variance = 1 / (4 * (2 * alpha + 1));
  expect(Math.abs(mean(drawn) - 0.5)).toBeLessThan(5 * Math.sqrt(variance / 4000));
  expect(mean(drawn.map((each) => (each - 0.5) ** 2)) / variance).toBeCloseTo(1, 1); // 4000 draws
});

test('alpha 0 does not mix', () => {
  expect(draws(betaLaw(0)).every((weight) => weight === 1)).toBe(true);
});

test('folded weights are in [0.5, 1]: Beta(1, 1) then has mean 3/4', () => {
  const drawn = draws(betaLaw(1, { fold: true }));
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0.5);
  expect(Math.abs(mean(drawn) - 0.75)).toBeLessThan(5 * Math.sqrt(1 / 48 / 4000));
});

test('uniform weights stay in their interval, and equal ends fix them', () => {
  const drawn = draws(betaLaw(1, { law: 'uniform', weightRange: [0.2, 0.4] }));
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0.2);
  expect(Math.max(...drawn)).toBeLessThan(0.4);
  expect(draws(betaLaw(1, { law: 'uniform', weightRange: [0.7, 0.7] })).every((weight) => weight === 0.7)).toBe(true);
});
