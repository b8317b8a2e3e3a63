import { expect, test } from 'vitest';
import { mixPairs, type RowPairs, withArena, withTwins } from './index.ts';

const pairs: RowPairs = {
  first: Float32Array.of(3, 4, 0, 2, 1, 1),
  second: Float32Array.of(0, 5, 4, 0, -1, 7),
  width: 2,
  factors: Float32Array.of(0.2, 0.5, 1),
  otherFactors: Float32Array.of(0.2, 0.25, 1),
  weights: Float32Array.of(0.5, 0.25, 1),
};

test('half of two rows at length 1, a quarter of one and three of another, and a row alone', () => {
  const expected = [0.3, 0.9, 0.75, 0.25, 1, 1];
  for (const [at, value] of mixPairs(pairs).entries()) expect(value, `${at}`).toBeCloseTo(expected[at]!, 6);
});

test('with a weight for each element', () => {
  const found = mixPairs({ ...pairs, weights: Float32Array.of(1, 0, 0.5, 0.25, 1.5, 0.5) });
  const expected = [0.6, 1, 0.5, 0.25, 2, 4];
  for (const [at, value] of found.entries()) expect(value, `${at}`).toBeCloseTo(expected[at]!, 6);
});

test.each([1, 2, 3, 4, 5, 7, 16, 33])('the kernel gives the bits of its twin, in an arena and outside (%d features)', (width) => {
  const count = 19;
  const numbers = (length: number, step: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * step + width));
  for (const weights of [numbers(count, 0.9), numbers(count * width, 1.1)]) {
    const any = { first: numbers(count * width, 1.7), second: numbers(count * width, 2.3), width, weights };
    const whole: RowPairs = { ...any, factors: numbers(count, 0.3), otherFactors: numbers(count, 0.7) };
    const twin = withTwins(() => mixPairs(whole));
    expect(mixPairs(whole)).toEqual(twin);
    expect(withArena(() => mixPairs(whole).slice())).toEqual(twin);
  }
});

test('rows, factors and weights that do not fit are refused', () => {
  expect(() => mixPairs({ ...pairs, second: new Float32Array(4) })).toThrow(
    'expected two times [3, 2] and 3 factors, got 6, 4 and 3',
  );
  expect(() => mixPairs({ ...pairs, weights: new Float32Array(2) })).toThrow('expected 3 or 6 weights, got 2');
});
