import { createRandom } from '@viewforge/random';
import { tensor, values } from '@viewforge/tensor';
import { exampleViewBatch } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { cutRegion, drawCenter, pasteRegion, planesOf, regionAround, shareOutside } from './boxes.ts';

test.each([
  [
    [5, 3, 8, 9],
    [3, 8, 9],
  ],
  [
    [5, 8, 9],
    [1, 8, 9],
  ],
  [
    [5, 2, 3, 8, 9],
    [6, 8, 9],
  ],
] as const)('a batch [%s] is one of planes [%s]', (shape, [c, h, w]) => {
  expect(planesOf(exampleViewBatch(shape).values, 'here')).toEqual({ c, h, w });
});

test('items of fewer than two axes have no planes', () => {
  expect(() => planesOf(exampleViewBatch([4, 7]).values, 'here')).toThrow('here: expected items of [..., h, w], got [7]');
});

test('the share outside is the number of pixels that no loop over the region meets, for any center and weight', () => {
  for (let seed = 0; seed < 100; seed++) {
    const random = createRandom(seed);
    const size = { h: random.integer(1, 9), w: random.integer(1, 9) };
    const weight = random.uniform(0, 1);
    const center = drawCenter(size, random);
    const region = cutRegion(weight, center, size);
    let outside = size.h * size.w;
    const side = Math.sqrt(1 - weight);
    const [down, across] = [size.h, size.w].map((length) => Math.floor(Math.trunc(length * side) / 2)) as [number, number];
    for (let y = 0; y < size.h; y++)
      for (let x = 0; x < size.w; x++) {
        const isInside = y >= center[0] - down && y < center[0] + down && x >= center[1] - across && x < center[1] + across;
        if (isInside) outside--;
      }
    expect(shareOutside(region, size)).toBeCloseTo(outside / (size.h * size.w), 12);
  }
});

test('the column of a center is drawn before its row', () => {
  const [size, drawn, again] = [{ h: 50, w: 70 }, createRandom(9), createRandom(9)];
  const [x, y] = [again.integer(0, 70), again.integer(0, 50)];
  expect(drawCenter(size, drawn)).toEqual([y, x]);
});

test('a region beyond the border is cut off there', () => {
  expect(regionAround([0, 4], [6, 4], { h: 3, w: 5 })).toEqual({ top: 0, left: 2, bottom: 3, right: 5 });
});

test('a pasted region of one row and of everything', () => {
  const batch = tensor(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), [2, 2, 2]);
  const row = pasteRegion(batch, [1, 1], { top: 1, left: 0, bottom: 2, right: 2 });
  expect([...values(row)]).toEqual([1, 2, 7, 8, 5, 6, 7, 8]);
  const all = pasteRegion(batch, [1, 0], { top: 0, left: 0, bottom: 2, right: 2 });
  expect([...values(all)]).toEqual([5, 6, 7, 8, 1, 2, 3, 4]);
});
