import { values } from '@viewforge/tensor';
import { exampleViewBatch } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { blockBorders, blockCount, blockEdges, gradientLengths, type PlaneView, poolBlocks } from './block-image.ts';

const planes = (data: readonly number[], c: number, h: number, w: number): PlaneView => ({
  data: Float64Array.from(data),
  offset: 0,
  c,
  h,
  w,
});

test.each([
  [8, 4, [0, 2, 4, 6, 8]],
  [7, 2, [0, 3, 7]],
  [5, 4, [0, 1, 2, 3, 5]],
  [1, 1, [0, 1]],
])('a side of %d in %d blocks', (size, n, edges) => {
  expect(blockEdges(size, n)).toEqual(edges);
});

test.each([
  [16, 64, 64, false, 16],
  [16, 5, 64, false, 4],
  [16, 1, 1, false, 1],
  [8, 12, 12, true, 4],
  [8, 12, 9, true, 1],
] as const)('of %d blocks wanted, %d by %d pixels (equal: %s) have %d', (wanted, h, w, even, count) => {
  expect(blockCount(wanted, { h, w }, even)).toBe(count);
});

test('gradients are central differences inside, one-sided at the border, and averages over channels', () => {
  const ramp = planes([0, 1, 2, 0, 1, 2, 0, 1, 2], 1, 3, 3);
  expect([...gradientLengths(ramp)]).toEqual([1, 2, 1, 1, 2, 1, 1, 2, 1]);
  const corner = planes([0, 3, 4, 0, 0, 0, 0, 0], 2, 2, 2); // the second channel is flat
  const expected = [Math.hypot(3, 4), Math.hypot(3, 3), Math.hypot(4, 4), Math.hypot(4, 3)];
  expect([...gradientLengths(corner)]).toEqual(expected.map((length) => expect.closeTo(length / 2, 12)));
  expect([...gradientLengths(planes([5], 1, 1, 1))]).toEqual([0]);
});

test('pooled maps are the means of blocks, over their sum', () => {
  const map = Float64Array.of(1, 1, 2, 2, 1, 1, 2, 2, 4, 4, 1, 1);
  expect([...poolBlocks(map, { h: 3, w: 4 }, 2)]).toEqual([1, 2, 2.5, 1.5].map((mean) => expect.closeTo(mean / 7, 12)));
});

test.each([[new Float64Array(16)], [new Float64Array(16).fill(Number.NaN)]])(
  'a map without any numbers above 0 is flat',
  (map) => {
    expect([...poolBlocks(map, { h: 4, w: 4 }, 2)]).toEqual([0.25, 0.25, 0.25, 0.25]);
  },
);

test('borders are mean differences of the pixels on both sides, for all four combinations', () => {
  const data = values(exampleViewBatch([2, 3, 6, 4]).values);
  const [first, second] = [0, 72].map((offset): PlaneView => ({ data, offset, c: 3, h: 6, w: 4 })) as [PlaneView, PlaneView];
  const { across, down } = blockBorders(first, second, 2);
  const at = (of: PlaneView, c: number, y: number, x: number) => data[of.offset + (c * 6 + y) * 4 + x]!;
  [
    [first, first],
    [first, second],
    [second, first],
    [second, second],
  ].forEach(([earlier, later], which) => {
    for (let block = 0; block < 2; block++) {
      let [right, below] = [0, 0];
      for (let c = 0; c < 3; c++) {
        for (let y = 3 * block; y < 3 * block + 3; y++) right += Math.abs(at(earlier!, c, y, 1) - at(later!, c, y, 2)) / 9;
        for (let x = 2 * block; x < 2 * block + 2; x++) below += Math.abs(at(earlier!, c, 2, x) - at(later!, c, 3, x)) / 6;
      }
      expect(across[which]![block]).toBeCloseTo(right, 12);
      expect(down[which]![block]).toBeCloseTo(below, 12);
    }
  });
});
