import { exampleFeatures } from '@viewforge/testkit';
import { values } from '@viewforge/tensor';
import { describe, expect, test } from 'vitest';
import { type DistanceName, distanceNames, distances } from './distances.ts';

const [d, count] = [5, 3];
const numbers = (n: number, seed: number): Float64Array => Float64Array.from(values(exampleFeatures(n, d, seed)));

test.each<[DistanceName, number]>([
  ['euclidean', 5],
  ['squared-euclidean', 25],
  ['manhattan', 7],
  ['inner-product', 4],
  ['signal-to-noise', 0.25 / 1], // differences (3, 4) deviate by 1/2 from their mean, (1, -1) by 1
])('%s of (1, -1) and (-2, -5)', (name, expected) => {
  const out = new Float64Array(1);
  const sign = name === 'inner-product' ? 3 / 4 : 1; // 1 * -2 + -1 * -5 = 3
  distances[name].values(Float64Array.of(1, -1), { data: Float64Array.of(-2, -5), first: 0, count: 1 }, out);
  expect(out[0]).toBeCloseTo(expected * sign, 12);
});

describe.each(distanceNames)('%s', (name) => {
  const distance = distances[name];
  const valuesOf = (x: Float64Array, data: Float64Array): Float64Array => {
    const out = new Float64Array(count);
    distance.values(x, { data, first: 1, count }, out);
    return out;
  };
  const weighted = (x: Float64Array, data: Float64Array): number =>
    valuesOf(x, data).reduce((sum, value, j) => sum + (j + 1) * value, 0);

  test('slopes agree with central differences, of both rows', () => {
    const [x, data] = [numbers(1, 1), numbers(count + 1, 2)];
    const into = { x: new Float64Array(d), y: new Float64Array(data.length) };
    distance.pull(x, { data, first: 1, count }, { values: valuesOf(x, data), slopes: Float64Array.of(1, 2, 3) }, into);
    const step = 1e-6;
    for (const [array, gradient] of [[x, into.x] as const, [data, into.y] as const]) {
      for (let i = 0; i < array.length; i++) {
        const own = array[i]!;
        const [above, below] = [1, -1].map((side) => {
          array[i] = own + side * step;
          return weighted(x, data);
        });
        array[i] = own;
        // nine digits of sums of about 100
        expect(Math.abs((above! - below!) / (2 * step) - gradient[i]!), `element ${i}`).toBeLessThan(1e-7);
      }
    }
  });

  test('equal rows have finite slopes, of 0 where it is a distance', () => {
    const x = numbers(1, 1);
    const into = { x: new Float64Array(d), y: new Float64Array(d) };
    const out = new Float64Array(1);
    distance.values(x, { data: x, first: 0, count: 1 }, out);
    distance.pull(x, { data: x, first: 0, count: 1 }, { values: out, slopes: Float64Array.of(1) }, into);
    if (distance.sign === 1)
      expect([out[0], ...into.x.map(Math.abs), ...into.y.map(Math.abs)]).toEqual(new Array(2 * d + 1).fill(0));
    else expect([...into.x, ...into.y]).toEqual([...x, ...x]);
  });
});

test('signal-to-noise does not see what is added to all elements, and nothing of a row without variance', () => {
  const { values: fill, pull } = distances['signal-to-noise'];
  const [x, data] = [numbers(1, 1), numbers(1, 2)];
  const [plain, raised, flat] = [new Float64Array(1), new Float64Array(1), new Float64Array(1)];
  fill(x, { data, first: 0, count: 1 }, plain);
  fill(
    x.map((each) => each + 3),
    { data: data.map((each) => each - 2), first: 0, count: 1 },
    raised,
  );
  expect(raised[0]).toBeCloseTo(plain[0]!, 12);
  const level = new Float64Array(d).fill(Math.sqrt(1 / d));
  fill(level, { data, first: 0, count: 1 }, flat);
  const into = { x: new Float64Array(d), y: new Float64Array(d) };
  pull(level, { data, first: 0, count: 1 }, { values: flat, slopes: Float64Array.of(1) }, into);
  expect([flat[0], ...into.x, ...into.y]).toEqual(new Array(2 * d + 1).fill(0));
});

test.each(['euclidean', 'manhattan'] as const)(
  '%s of rows that differ by rounding alone has no slope in a random direction',
  (name) => {
    const x = numbers(1, 1);
    const data = x.map((each) => each * (1 + Number.EPSILON));
    const [into, out] = [{ x: new Float64Array(d), y: new Float64Array(d) }, new Float64Array(1)];
    distances[name].values(x, { data, first: 0, count: 1 }, out);
    expect(out[0]).toBeGreaterThan(0);
    distances[name].pull(x, { data, first: 0, count: 1 }, { values: out, slopes: Float64Array.of(1) }, into);
    expect([...into.x, ...into.y]).toEqual(new Array(2 * d).fill(0));
  },
);
