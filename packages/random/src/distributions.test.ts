import { expect, test } from 'vitest';
import { beta, dirichlet, gamma } from './distributions.ts';
import { createRandom, type Random } from './random.ts';

const count = 40_000;

/** The mean of `count` draws lies within five standard errors of `mean`: a correct generator fails once in a million seeds. */
function expectMoments(draw: (random: Random) => number, mean: number, variance: number): void {
  const random = createRandom('moments');
  const draws = Array.from({ length: count }, () => draw(random));
  const found = draws.reduce((sum, value) => sum + value, 0) / count;
  expect(Math.abs(found - mean)).toBeLessThan(5 * Math.sqrt(variance / count));
  const squares = draws.map((value) => (value - mean) ** 2);
  const spread = squares.reduce((sum, value) => sum + value, 0) / count;
  // the error of a variance from the draws' own fourth moment
  const error = Math.sqrt(squares.reduce((sum, value) => sum + (value - spread) ** 2, 0) / count / count);
  expect(Math.abs(spread - variance)).toBeLessThan(6 * error);
}

test.each([
  [0, 1],
  [3, 0.25],
])('normal(%d, %d) has that mean and deviation', (mean, deviation) => {
  expectMoments((random) => random.normal(mean, deviation), mean, deviation ** 2);
});

test('normal has the tails of a normal', () => {
  const random = createRandom('tails');
  const draws = Array.from({ length: count }, () => random.normal(0, 1));
  for (const [limit, share] of [
    [1, 0.317311],
    [2, 0.0455],
    [3, 0.0027],
  ] as const) {
    const beyond = draws.filter((value) => Math.abs(value) > limit).length / count;
    expect(Math.abs(beyond - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / count));
  }
});

test('uniform has the moments of a uniform', () => {
  expectMoments((random) => random.uniform(-1, 3), 1, 16 / 12);
});

test.each([0, 0.2, 0.5, 1])('chance(%d) is true that often', (p) => {
  const random = createRandom('chance');
  const share = Array.from({ length: count }, () => Number(random.chance(p))).reduce((sum, value) => sum + value, 0) / count;
  expect(Math.abs(share - p)).toBeLessThanOrEqual(5 * Math.sqrt((p * (1 - p)) / count));
});

test.each([0.05, 0.3, 1, 2.5, 40])('gamma(%d) has mean and variance equal to its shape', (shape) => {
  expectMoments((random) => gamma(random, shape), shape, shape);
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('gamma(%d) is refused', (shape) => {
  expect(() => gamma(createRandom(1), shape)).toThrow(RangeError);
});

test.each([
  [1, 1],
  [0.2, 0.2],
  [8, 8],
  [2, 5],
  [0.5, 3],
])('beta(%d, %d) has the moments of a beta', (a, b) => {
  const mean = a / (a + b);
  expectMoments((random) => beta(random, a, b), mean, (a * b) / ((a + b) ** 2 * (a + b + 1)));
});

test.each([
  [0, 1],
  [-1, 1],
  [Number.POSITIVE_INFINITY, 0.5],
])('beta(%d, %d with equal shapes) is not drawn', (shape, expected) => {
  expect(beta(createRandom(1), shape, shape)).toBe(expected);
});

test('beta of shapes so small that both gammas vanish is a fair coin', () => {
  const random = createRandom('coin');
  const draws = Array.from({ length: 4000 }, () => beta(random, 1e-5, 1e-5));
  expect(new Set(draws)).toEqual(new Set([0, 1]));
  const share = draws.reduce((sum, value) => sum + value, 0) / draws.length;
  expect(Math.abs(share - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / 4000));
});

test('beta stays in [0, 1] for all shapes', () => {
  const random = createRandom('bounds');
  for (const a of [1e-4, 0.01, 0.5, 1, 10, 1e6]) {
    for (const b of [1e-4, 0.01, 0.5, 1, 10, 1e6]) {
      for (let i = 0; i < 50; i++) {
        const value = beta(random, a, b);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
    }
  }
});

test('dirichlet weights sum to 1 and have the means of their concentrations', () => {
  const concentrations = [1, 2, 5];
  concentrations.forEach((concentration, i) => {
    const mean = concentration / 8;
    expectMoments((random) => dirichlet(random, concentrations)[i]!, mean, (mean * (1 - mean)) / 9);
  });
  const random = createRandom('sum');
  for (let i = 0; i < 100; i++)
    expect(dirichlet(random, concentrations).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
});

test('dirichlet of vanishing gammas chooses one, each as likely', () => {
  const random = createRandom('choice');
  const wins = [0, 0, 0];
  for (let i = 0; i < 3000; i++) {
    const weights = dirichlet(random, [1e-5, 1e-5, 1e-5]);
    expect([...weights].sort()).toEqual([0, 0, 1]);
    wins[weights.indexOf(1)]!++;
  }
  for (const each of wins) expect(Math.abs(each - 1000)).toBeLessThan(5 * Math.sqrt(3000 * (1 / 3) * (2 / 3)));
});

test('dirichlet of nothing is refused', () => {
  expect(() => dirichlet(createRandom(1), [])).toThrow(/at least one concentration/);
});
