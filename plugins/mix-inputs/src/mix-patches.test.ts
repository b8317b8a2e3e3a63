import { createRandom } from '@viewforge/random';
import { tensor, values } from '@viewforge/tensor';
import { exampleViewBatch } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { countPatches, mixPatches, patchShares, unmixPatches } from './mix-patches.ts';
import { drawPatchPlan } from './patch-plan.ts';

// 8 patches of 2 by 3 pixels in two channels; 4 items, which a share of 0.25 leaves 2 patches each
const { values: batch } = exampleViewBatch([4, 2, 4, 12]);
const size = [2, 3] as const;
const plan = drawPatchPlan(4, 4, 8, createRandom(1));
const patchAt = (y: number, x: number) => Math.floor(y / 2) * 4 + Math.floor(x / 3);

/** Calls for every element of items [c, 4, 12]. */
function eachPixel(call: (c: number, y: number, x: number) => void): void {
  for (let c = 0; c < 2; c++) for (let y = 0; y < 4; y++) for (let x = 0; x < 12; x++) call(c, y, x);
}

test.each([
  [[1, 3, 4, 12], [2, 3], 8],
  [[1, 3, 5, 7], [2, 3], 9],
  [[1, 10, 6], [1, 6], 10],
  [[1, 1, 1, 1], [16, 16], 1],
] as const)('items of [%s] in patches of [%s] have %d', (shape, patch, count) => {
  expect(countPatches(exampleViewBatch(shape).values, patch)).toBe(count);
});

describe('8 patches of 4 items in one image', () => {
  const mixed = mixPatches(batch, plan, size);

  test('are those of the members, each at its place', () => {
    expect(mixed.shape).toEqual([1, 2, 4, 12]);
    eachPixel((c, y, x) => {
      expect(mixed.get(0, c, y, x)).toBe(batch.get(plan.sources[0]![patchAt(y, x)]!, c, y, x));
    });
  });

  test('taken apart again are exactly the kept patches, and the fill elsewhere', () => {
    const { values: apart, missing } = unmixPatches(mixed, plan, size, -1);
    expect(apart.shape).toEqual([4, 2, 4, 12]);
    for (let member = 0; member < 4; member++) {
      const kept = [...missing.subarray(member * 8, (member + 1) * 8)].filter((is) => is === 0);
      expect(kept).toHaveLength(2);
      eachPixel((c, y, x) => {
        const isMissing = missing[member * 8 + patchAt(y, x)] === 1;
        expect(apart.get(member, c, y, x)).toBe(isMissing ? -1 : batch.get(member, c, y, x));
      });
    }
  });

  test('hold a quarter of each', () => {
    expect(patchShares(batch, plan, size)).toEqual([
      [
        [0, 0.25],
        [1, 0.25],
        [2, 0.25],
        [3, 0.25],
      ],
    ]);
  });
});

test('tokens are patches of one row, and a mask token stands for the missing ones', () => {
  const tokens = tensor(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8), [1, 4, 2]);
  const { values: apart, missing } = unmixPatches(tokens, { members: [[0, 1]], sources: [[1, 0, 0, 1]] }, [1, 2], [-1, -2]);
  expect([...values(apart)]).toEqual([-1, -2, 3, 4, 5, 6, -1, -2, 1, 2, -1, -2, -1, -2, 7, 8]);
  expect([...missing]).toEqual([1, 0, 0, 1, 0, 1, 1, 0]);
});

test('patches at the ends of a side are smaller, and shares count pixels', () => {
  const odd = tensor(
    Float32Array.from({ length: 2 * 3 * 5 }, (_, i) => i),
    [2, 3, 5],
  ); // patches of 2: 6, of 4, 4, 2, 2, 2 and 1 pixels
  const of = { members: [[0, 1]], sources: [[0, 1, 0, 1, 0, 1]] };
  // biome-ignore format: as the image lies
  expect([...values(mixPatches(odd, of, [2, 2]))]).toEqual([
    0, 1, 17, 18, 4,
    5, 6, 22, 23, 9,
    25, 26, 12, 13, 29,
  ]);
  const [[[, own], [, other]]] = patchShares(odd, of, [2, 2]) as unknown as [[[number, number], [number, number]]];
  expect([own, other]).toEqual([8 / 15, 7 / 15].map((share) => expect.closeTo(share, 12)));
});

test('a member of several groups comes apart once for each', () => {
  const { values: three } = exampleViewBatch([3, 1, 4, 4]);
  const filled = drawPatchPlan(3, 2, 4, createRandom(5));
  const { values: apart, missing } = unmixPatches(mixPatches(three, filled, [2, 2]), filled, [2, 2]);
  expect(apart.shape).toEqual([4, 1, 4, 4]);
  [0, 1, 2, 0].forEach((row, at) => {
    for (let y = 0; y < 4; y++)
      for (let x = 0; x < 4; x++) {
        const isMissing = missing[at * 4 + Math.floor(y / 2) * 2 + Math.floor(x / 2)] === 1;
        expect(apart.get(at, 0, y, x)).toBe(isMissing ? 0 : three.get(row, 0, y, x));
      }
  });
});
