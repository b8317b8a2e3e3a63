import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { blendRows, exampleViewBatch } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { cutRegion, drawCenter, pasteRegion, regionAround, shareOutside } from './boxes.ts';
import { cutMix, mixRegion } from './cut-mix.ts';

const context = { epoch: 0, step: 0, fraction: 0 };
const eight = { h: 8, w: 8 };

describe('the region', () => {
  test('of weight 0.75 around x = 1, y = 6 in 8 by 8 is columns 0 to 3 and rows 4 to 8: 0.8125 is left', () => {
    const region = cutRegion(0.75, [6, 1], eight);
    expect(region).toEqual({ top: 4, left: 0, bottom: 8, right: 3 });
    expect(shareOutside(region, eight)).toBe(0.8125);
  });

  test('of an odd side loses a pixel', () => {
    expect(regionAround([4, 4], [3, 5], eight)).toEqual({ top: 3, left: 2, bottom: 5, right: 6 });
  });

  test.each([
    [1, { h: 8, w: 8 }],
    [0.3, { h: 1, w: 1 }],
  ])('of weight %d in %o is empty', (weight, size) => {
    expect(shareOutside(cutRegion(weight, [0, 0], size), size)).toBe(1);
  });

  test('of weight 0 around the middle is everything', () => {
    expect(shareOutside(cutRegion(0, [4, 4], eight), eight)).toBe(0);
  });

  test('has its center anywhere, rows by the height and columns by the width', () => {
    const centers = Array.from({ length: 300 }, (_, seed) => drawCenter({ h: 2, w: 5 }, createRandom(seed)));
    expect(new Set(centers.map(([y]) => y))).toEqual(new Set([0, 1]));
    expect(new Set(centers.map(([, x]) => x))).toEqual(new Set([0, 1, 2, 3, 4]));
  });
});

test('inside the region are the pixels of the partner, outside the own ones, in all channels', () => {
  const { values: batch } = exampleViewBatch([3, 2, 4, 5]);
  const mixed = pasteRegion(batch, [2, 1, 0], { top: 1, left: 2, bottom: 3, right: 4 });
  for (let i = 0; i < 3; i++)
    for (let c = 0; c < 2; c++)
      for (let y = 0; y < 4; y++)
        for (let x = 0; x < 5; x++) {
          const isInside = y >= 1 && y < 3 && x >= 2 && x < 4;
          expect(mixed.get(i, c, y, x)).toBe(batch.get(isInside ? 2 - i : i, c, y, x));
        }
});

test('the weight in the blend is the share of pixels that is left', () => {
  const mixed = mixRegion(exampleViewBatch([2, 1, 8, 8]), { partners: [1, 0], region: cutRegion(0.75, [6, 1], eight) });
  expect(blendRows(mixed)).toEqual([
    [0.8125, 0.1875],
    [0.1875, 0.8125],
  ]);
});

test('alpha 0 leaves the batch as it was', () => {
  const batch = exampleViewBatch([3, 1, 6, 6]);
  const mixed = cutMix({ alpha: 0 }).apply(batch, cutMix({ alpha: 0 }).draw(batch, createRandom(1), context));
  expect(values(mixed.values)).toEqual(values(batch.values));
  expect(mixed.blend).toEqual({ kind: 'identity' });
});

test('rows of a table have no regions', () => {
  expect(() => cutMix().draw(exampleViewBatch([3, 4]), createRandom(1), context)).toThrow(
    'cut-mix: expected items of [..., h, w], got [4]',
  );
});
