import { createRandom } from '@viewforge/random';
import { features, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { drawAmounts, hardestShift } from './hardest-shift.ts';

const rows = features(Float64Array.of(0, 0, 5, 5), 2, 2);
const first = (moved: typeof rows) => [0, 1].map((i) => moved.get(i, 0));

test('each row takes the amount of largest loss, which is asked for once a try', () => {
  let calls = 0;
  const loss = (moved: typeof rows) => {
    calls++;
    return [moved.get(0, 0), -moved.get(1, 0)];
  };
  const found = hardestShift(
    rows,
    [1, 0],
    [
      [1, 1],
      [3, -2],
      [2, 0],
    ],
    loss,
  );
  expect([...values(found.rows)]).toEqual([3, 0, 3, 5]);
  expect([...found.amounts]).toEqual([3, -2]);
  expect(calls).toBe(3);
});

test('of equal losses the first counts, and one that is no number counts least', () => {
  expect([
    ...hardestShift(
      rows,
      [1, 0],
      [
        [1, 1],
        [2, 2],
      ],
      () => [7, 7],
    ).amounts,
  ]).toEqual([1, 1]);
  const found = hardestShift(
    rows,
    [1, 0],
    [
      [1, 1],
      [2, 2],
      [3, 3],
    ],
    (moved) => first(moved).map((x, i) => (i === 0 && x === 1 ? Number.NaN : -x)),
  );
  expect([...found.amounts]).toEqual([2, 1]);
});

test('without tries rows stay, and a direction of zeros moves none', () => {
  expect(values(hardestShift(rows, [1, 0], [], first).rows)).toEqual(values(rows));
  expect(values(hardestShift(rows, [0, 0], [[1, 1]], first).rows)).toEqual(values(rows));
});

test('five tries are drawn for every row, from minus to plus the reach', () => {
  const tries = drawAmounts(createRandom(1), 100, { reach: 2 });
  expect(tries.map((each) => each.length)).toEqual(Array(5).fill(100));
  expect(new Set(tries.flat()).size).toBe(500);
  expect(Math.min(...tries.flat())).toBeLessThan(-1.9);
  expect(Math.max(...tries.flat())).toBeGreaterThan(1.9);
  expect(Math.max(...tries.flat().map(Math.abs))).toBeLessThanOrEqual(2);
});

test('a loss that does not answer for every row is refused', () => {
  const rows = features(new Float64Array(4), 2, 2);
  expect(() => hardestShift(rows, [1, 0], [[1, 1]], () => [1])).toThrow('hardest-shift: expected 2 losses, got 1');
});
