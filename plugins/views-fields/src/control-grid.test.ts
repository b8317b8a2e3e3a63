import { createRandom } from '@viewforge/random';
import { expect, test } from 'vitest';
import { advance, followed, type Grid, movedBy, readGrid } from './control-grid.ts';

/** A grid of displacements that are the same in every row, along the rows only. */
function alongRows(values: readonly number[]): Grid {
  const size = values.length;
  return { size, data: Float32Array.from({ length: 2 * size * size }, (_, i) => (i < size * size ? 0 : values[i % size]!)) };
}

test('a step and what follows from there add up, worked out on four points', () => {
  const [first, then] = [alongRows([1, 0, 1, 0]), alongRows([0, 1, 1, 0])];
  const both = advance(then, first, movedBy(first));
  expect([...both.data.slice(16, 20)]).toEqual([2, 1, 1, 0]);
  expect(both).toEqual(alongRows([2, 1, 1, 0]));
});

test('between points displacements are bilinear, beyond the edge they go on', () => {
  const velocity = alongRows([0.5, 0, 9, -9]);
  const ramp = alongRows([0, 10, 20, 30]);
  const result = [...advance(ramp, velocity, movedBy(velocity)).data.slice(16, 20)];
  expect(result).toEqual([0.5 + 5, 10, 9 + 30, -9 + 0]);
});

test('a velocity that is the same everywhere is followed in a straight line', () => {
  const velocity: Grid = { size: 4, data: Float32Array.from({ length: 32 }, (_, i) => (i < 16 ? 0.25 : -0.5)) };
  expect([...followed(velocity, 7).data]).toEqual(Array.from({ length: 32 }, (_, i) => (i < 16 ? 1.75 : -3.5)));
  expect([...followed(velocity, 0).data]).toEqual(new Array(32).fill(0));
});

test('following a turn a hundred times turns a hundred times as far', () => {
  const [size, angle] = [33, 0.004];
  const at = (i: number) => [Math.floor((i % (size * size)) / size) - 16, (i % size) - 16] as const;
  const turned = (i: number, by: number) => {
    const [y, x] = at(i);
    return i < size * size ? Math.cos(by) * y - Math.sin(by) * x - y : Math.sin(by) * y + Math.cos(by) * x - x;
  };
  const velocity: Grid = { size, data: Float32Array.from({ length: 2 * size * size }, (_, i) => turned(i, angle)) };
  const { data } = followed(velocity, 100);
  for (let i = 0; i < data.length; i++) {
    const [y, x] = at(i);
    if (Math.hypot(y, x) < 10) expect(data[i]).toBeCloseTo(turned(i, 100 * angle), 3); // bilinear is exact for a linear velocity
  }
});

test('a grid is read at any place, held back at its edge', () => {
  const random = createRandom(1);
  const grid: Grid = { size: 5, data: Float32Array.from({ length: 50 }, () => random.uniform(-1, 1)) };
  const at = (plane: number, y: number, x: number) => grid.data[plane * 25 + y * 5 + x]!;
  const read = readGrid(grid, [-3, 1.25, 4], [0, 2.5, 9]);
  expect(read.length).toBe(18);
  for (const plane of [0, 1]) {
    expect(read[plane * 9]).toBe(at(plane, 0, 0));
    expect(read[plane * 9 + 8]).toBe(at(plane, 4, 4));
    const expected = 0.75 * (at(plane, 1, 2) + at(plane, 1, 3)) * 0.5 + 0.25 * (at(plane, 2, 2) + at(plane, 2, 3)) * 0.5;
    expect(read[plane * 9 + 4]).toBeCloseTo(expected, 6);
  }
});
