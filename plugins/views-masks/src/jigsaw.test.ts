import { drawViews, makeViews } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { resizedCrop } from '@viewforge/image';
import { examplePixels, obeysAugmenterLaws, obeysPlanLaws } from '@viewforge/testkit';
import { type Image, pixels } from '@viewforge/tensor';
import { describe, expect, test } from 'vitest';
import { jigsaw, jigsawOrders, jigsawTarget, jigsawTile } from './index.ts';

const start = { epoch: 0, fraction: 0 };
const distance = (a: readonly number[], b: readonly number[]) => a.filter((tile, place) => tile !== b[place]).length;

obeysAugmenterLaws(jigsawTile, examplePixels(4), { size: 8 });
obeysPlanLaws(jigsaw, undefined, { size: 8 });

describe('the orders', () => {
  const orders = jigsawOrders();

  test('are 35 permutations of nine tiles, none of them the picture as it is', () => {
    expect(orders).toHaveLength(35);
    for (const order of orders) {
      expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
      expect(order).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }
    expect(distance(orders[0]!, [0, 1, 2, 3, 4, 5, 6, 7, 8])).toBe(9);
  });

  test('differ from one another in three places or more', () => {
    const distances = orders.flatMap((one, i) => orders.slice(0, i).map((other) => distance(one, other)));
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(3);
  });

  test('are each as far from those before it as any permutation can be', () => {
    orders.forEach((order, n) => {
      const before = orders.slice(0, n);
      const far = (place: number, tile: number) => before.filter((other) => other[place] !== tile).length;
      const sum = order.reduce((total, tile, place) => total + far(place, tile), 0);
      expect(sum).toBe(largestAssignment(far));
    });
  });
});

/** The largest sum of worth(place, tile) over all permutations, by dynamic programming over the sets of tiles that are laid. */
function largestAssignment(worth: (place: number, tile: number) => number): number {
  const best = new Float64Array(512).fill(Number.NEGATIVE_INFINITY);
  best[0] = 0;
  for (let laid = 0; laid < 512; laid++) {
    const place = [...laid.toString(2)].filter((bit) => bit === '1').length;
    for (let tile = 0; tile < 9; tile++) {
      if (laid & (1 << tile)) continue;
      const next = laid | (1 << tile);
      best[next] = Math.max(best[next]!, best[laid]! + worth(place, tile));
    }
  }
  return best[511]!;
}

/** Where the nine tiles of a picture of this size are, in the order of the picture. */
function boxes(h: number, w: number) {
  const plan = jigsaw({ size: 4 });
  const drawn = drawViews({ id: 'item', shape: [3, h, w] }, plan, createRandom(1), start);
  const params = drawn.map((view) => view.params as { tile: number; top: number; left: number; height: number; width: number });
  return params.sort((a, b) => a.tile - b.tile).map(({ top, left, height, width }) => [top, left, height, width]);
}

test.each<[number, number, [number, number][], [number, number][]]>([
  // begins at the third rounded up, ends at the third rounded down
  [
    9,
    6,
    [
      [0, 3],
      [3, 3],
      [6, 3],
    ],
    [
      [0, 2],
      [2, 2],
      [4, 2],
    ],
  ],
  [
    100,
    101,
    [
      [0, 33],
      [34, 32],
      [67, 33],
    ],
    [
      [0, 33],
      [34, 33],
      [68, 33],
    ],
  ],
  [
    1,
    2,
    [
      [0, 1],
      [0, 1],
      [0, 1],
    ],
    [
      [0, 1],
      [1, 1],
      [1, 1],
    ],
  ],
])('a picture of %d x %d is cut into thirds of whole pixels', (h, w, rows, columns) => {
  // biome-ignore format: a table
  const expected = rows.flatMap(([top, height]) => columns.map(([left, width]) => [top, left, height, width]));
  expect(boxes(h, w)).toEqual(expected);
});

test('putting the tiles back by the inverse order gives the picture', () => {
  const scene = Uint8Array.from({ length: 18 * 12 * 3 }, (_, i) => (i * 7) % 256);
  const picture = pixels(scene, 18, 12, 3);
  const plan = jigsaw({ size: 6 });
  for (let seed = 0; seed < 10; seed++) {
    const made = makeViews('item', picture, plan, drawViews({ id: 'item', shape: [3, 18, 12] }, plan, createRandom(seed), start));
    const order = jigsawOrders()[jigsawTarget(made[0]!.params)]!;
    for (let tile = 0; tile < 9; tile++) {
      const view = made[order.indexOf(tile)]!.value as Image;
      const box = { top: Math.floor(tile / 3) * 6, left: (tile % 3) * 4, height: 6, width: 4 };
      const plain = resizedCrop(picture, box, { height: 6, width: 6, interpolation: 'bilinear', antialias: true });
      expect(view.data).toEqual(plain.data);
    }
  }
});

test('the nine views of an item agree on the order, and every order is drawn', () => {
  const seen = new Map<number, number>();
  for (let i = 0; i < 3500; i++) {
    const drawn = drawViews({ id: `${i}`, shape: [3, 30, 30] }, jigsaw(), createRandom(1), start);
    const [target, ...others] = new Set(drawn.map(({ params }) => jigsawTarget(params)));
    expect(others).toEqual([]);
    seen.set(target!, (seen.get(target!) ?? 0) + 1);
  }
  expect(seen.size).toBe(35);
  for (const count of seen.values()) expect(Math.abs(count - 100)).toBeLessThan(45); // 9.9 is a deviation
});
