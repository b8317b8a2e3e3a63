import { expect, test } from 'vitest';
import { mixRows, mixUnitRows, type RowMix, withArena, withTwins } from './index.ts';

const rows = Float32Array.of(1, 0, 0, 1, -1, 0, 0.6, 0.8);
const mix: RowMix = {
  ...{ rows, width: 2 },
  first: Int32Array.of(0, 0, 3, 1),
  second: Int32Array.of(1, 2, 0, 1),
  weights: Float32Array.of(0.25, 0.5, 1.5, 0.7),
};

test('a quarter of one row and three of another, halves of opposites, beyond a row, and a row with itself', () => {
  const expected = [0.25, 0.75, 0, 0, 0.4, 1.2, 0, 1];
  for (const [at, value] of mixRows(mix).entries()) expect(value, `${at}`).toBeCloseTo(expected[at]!, 6);
});

test('the same of length 1, and zeros stay zeros', () => {
  const expected = [0.316228, 0.948683, 0, 0, 0.316228, 0.948683, 0, 1];
  for (const [at, value] of mixUnitRows(mix).entries()) expect(value, `${at}`).toBeCloseTo(expected[at]!, 6);
});

test.each([1, 2, 3, 4, 5, 7, 16, 33])('the kernel gives the bits of its twin, in an arena and outside (%d features)', (width) => {
  const count = 37;
  const any: RowMix = {
    rows: Float32Array.from({ length: 20 * width }, (_, i) => Math.sin(i * 1.7 + width)),
    width,
    first: Int32Array.from({ length: count }, (_, r) => (r * 7) % 20),
    second: Int32Array.from({ length: count }, (_, r) => (r * 3 + 1) % 20),
    weights: Float32Array.from({ length: count }, (_, r) => Math.cos(r) * 1.5),
  };
  for (const work of [mixRows, mixUnitRows]) {
    const twin = withTwins(() => work(any));
    expect(work(any)).toEqual(twin);
    expect(withArena(() => work(any).slice())).toEqual(twin);
  }
});

test('rows that are not there are refused', () => {
  expect(() => mixRows({ ...mix, first: Int32Array.of(0, 0, 4, 1) })).toThrow('expected rows in 0..3, got 4 and 0');
  expect(() => mixRows({ ...mix, first: Int32Array.of(0) })).toThrow('expected 4 rows twice, one for each weight, got 1 and 4');
});
