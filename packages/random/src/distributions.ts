import type { Random } from './random.ts';

/** A number from Gamma(shape, 1), shape > 0, by Marsaglia and Tsang (2000); shapes below 1 by the power of a uniform. */
export function gamma(random: Random, shape: number): number {
  if (!(shape > 0) || shape === Number.POSITIVE_INFINITY)
    throw new RangeError(`gamma: expected a shape in (0, Infinity), got ${shape}`);
  if (shape < 1) {
    const larger = gamma(random, shape + 1);
    return larger * (1 - random.uniform(0, 1)) ** (1 / shape);
  }
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal(0, 1);
    const v = (1 + c * x) ** 3;
    const u = 1 - random.uniform(0, 1);
    if (v > 0 && Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/**
 * A number in [0, 1] from Beta(a, b), as X / (X + Y) of two Gammas. With a = b it is 1 for a <= 0 and 0.5 for Infinity;
 * where both Gammas vanish in float64 (tiny shapes) it is a fair coin.
 */
export function beta(random: Random, a: number, b: number): number {
  if (a === b && a <= 0) return 1;
  if (a === b && a === Number.POSITIVE_INFINITY) return 0.5;
  const x = gamma(random, a);
  const y = gamma(random, b);
  return x + y === 0 ? Number(random.chance(0.5)) : x / (x + y);
}

/** Weights that sum to 1 from Dirichlet(concentrations), one for each; a fair choice of one where all Gammas vanish. */
export function dirichlet(random: Random, concentrations: readonly number[]): number[] {
  if (concentrations.length === 0) throw new RangeError('dirichlet: expected at least one concentration, got none');
  const draws = concentrations.map((concentration) => gamma(random, concentration));
  const sum = draws.reduce((total, draw) => total + draw, 0);
  if (sum > 0) return draws.map((draw) => draw / sum);
  const winner = random.integer(0, draws.length);
  return draws.map((_, index) => Number(index === winner));
}
