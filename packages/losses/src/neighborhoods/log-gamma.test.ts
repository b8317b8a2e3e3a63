import { expect, test } from 'vitest';
import { logGamma } from './log-gamma.ts';

test.each([
  [1, 0],
  [2, 0],
  [5, Math.log(24)],
  [11, Math.log(3628800)],
  [0.5, Math.log(Math.PI) / 2],
  [1.5, Math.log(Math.sqrt(Math.PI) / 2)],
  [0.25, Math.log(3.625609908221908)],
  [1e-9, Math.log(1e9) - 0.5772156649015329e-9],
])('ln gamma(%d)', (x, expected) => {
  expect(Math.abs(logGamma(x) - expected)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)));
});

test.each([0.1, 0.4, 0.6, 3.7, 40, 1e4])('gamma(x + 1) is x gamma(x) at %d', (x) => {
  const [next, here] = [logGamma(x + 1), logGamma(x) + Math.log(x)];
  expect(Math.abs(next - here)).toBeLessThan(1e-12 * Math.max(1, Math.abs(next)));
});
