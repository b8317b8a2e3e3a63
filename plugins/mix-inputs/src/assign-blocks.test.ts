import { createRandom } from '@viewforge/random';
import { expect, test } from 'vitest';
import { assignLeast } from './assign-blocks.ts';

/** All orders of 0 .. n - 1. */
function ordersOf(n: number): number[][] {
  if (n === 0) return [[]];
  return ordersOf(n - 1).flatMap((order) => Array.from({ length: n }, (_, at) => order.toSpliced(at, 0, n - 1)));
}

const costOf = (costs: Float64Array, places: ArrayLike<number>): number =>
  Array.from(places).reduce((sum, place, thing) => sum + costs[thing * places.length + place]!, 0);

test('a cost written out by hand: each thing goes where all together are cheapest, not where it is', () => {
  // biome-ignore format: as a matrix
  const costs = Float64Array.of(
    1, 2, 9,
    1, 9, 9,
    9, 3, 1,
  );
  expect([...assignLeast(costs, 3)]).toEqual([1, 0, 2]);
});

test.each([1, 2, 3, 4, 5, 6])('of %d things the cost is the least of all orders, ties and costs below 0 included', (n) => {
  const orders = ordersOf(n);
  for (let seed = 0; seed < 30; seed++) {
    const random = createRandom(seed);
    const costs = Float64Array.from({ length: n * n }, () => (seed % 2 === 0 ? random.uniform(-3, 3) : random.integer(-2, 3)));
    const places = assignLeast(costs, n);
    expect([...places].sort()).toEqual(Array.from({ length: n }, (_, i) => i));
    expect(costOf(costs, places)).toBeCloseTo(Math.min(...orders.map((order) => costOf(costs, order))), 12);
  }
});

test('nothing moves where moving costs and staying is free', () => {
  const costs = Float64Array.from({ length: 256 }, (_, at) => Number(Math.floor(at / 16) !== at % 16));
  expect([...assignLeast(costs, 16)]).toEqual(Array.from({ length: 16 }, (_, i) => i));
});

test('no things have no places', () => {
  expect(assignLeast(new Float64Array(), 0)).toHaveLength(0);
});
