import type { Box } from '@viewforge/image';
import { createRandom } from '@viewforge/random';
import { type Image, values } from '@viewforge/tensor';
import { flatImage, rampImage } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import {
  drawHoles,
  drawJccm,
  drawJoco,
  drawJointHoles,
  drawJointPatches,
  drawPatches,
  fillHoles,
  type Joint,
  pastePatches,
} from './occlusions.ts';

const shape = [3, 256, 192];
const joints: readonly Joint[] = [
  [96, 128],
  [40, 60.4],
];
const seeds = Array.from({ length: 2000 }, (_, seed) => createRandom(seed));
const mean = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

/** Whether a pixel lies in one of the boxes. */
const isIn = (boxes: readonly Box[], y: number, x: number) =>
  boxes.some(({ top, left, height, width }) => y >= top && y < top + height && x >= left && x < left + width);

function eachPixel(of: Image, check: (c: number, y: number, x: number) => void): void {
  const [channels, h, w] = of.shape as [number, number, number];
  for (let c = 0; c < channels; c++) for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) check(c, y, x);
}

describe('holes', () => {
  test('their pixels are exactly 0 and all others stay', () => {
    const input = rampImage(2, 40, 30);
    const holes = drawHoles(input.shape, createRandom(3), { halfSizeRange: [2, 5] });
    const filled = fillHoles(input, holes);
    eachPixel(input, (c, y, x) => expect(filled.get(c, y, x)).toBe(isIn(holes, y, x) ? 0 : input.get(c, y, x)));
    expect(
      values(fillHoles(flatImage(5, 0.3), [{ top: 1, left: 1, height: 1, width: 2 }], 0.7)).filter((v) => v > 0.5).length,
    ).toBe(2);
  });

  test('there are five of 21 to 39 pixels, odd, each size as likely; at most 5 x 39 x 39 pixels change', () => {
    const all = seeds.flatMap((random) => drawHoles(shape, random));
    expect(all.length).toBe(10_000);
    const inner = all.filter(({ top, left, height, width }) => top > 0 && left > 0 && top + height < 256 && left + width < 192);
    const sizes = inner.map(({ height }) => height);
    expect([...new Set(sizes)].sort((a, b) => a - b)).toEqual([21, 23, 25, 27, 29, 31, 33, 35, 37, 39]);
    for (const { height, width } of inner) expect(height).toBe(width);
    for (const { height, width } of all) expect(height * width).toBeLessThanOrEqual(39 * 39);
  });

  test('they are clipped to the image, which may be a single pixel', () => {
    for (const random of seeds.slice(0, 50)) {
      expect(drawHoles([1, 1, 1], random)).toEqual(new Array(5).fill({ top: 0, left: 0, height: 1, width: 1 }));
    }
  });
});

describe('holes at joints', () => {
  const one = seeds.flatMap((random) => drawJointHoles(shape, [[96, 128]], random));
  const middles = one.map(({ top, left, height, width }) => [top + (height - 1) / 2, left + (width - 1) / 2] as const);

  test('lie around the joint with a deviation of 10 pixels', () => {
    for (const [axis, at] of [
      [0, 128],
      [1, 96],
    ] as const) {
      const places = middles.map((middle) => middle[axis]!);
      expect(Math.abs(mean(places) - at)).toBeLessThan((4 * 10) / Math.sqrt(10_000));
      const deviation = Math.sqrt(mean(places.map((place) => (place - at) ** 2)));
      expect(Math.abs(deviation - 10)).toBeLessThan((4 * 10) / Math.sqrt(20_000));
    }
  });

  test('each joint is as likely, and may come twice', () => {
    const drawn = seeds.flatMap((random) => drawJointHoles(shape, joints, random, { deviation: 0, halfSizeRange: [0, 0] }));
    const first = drawn.filter(({ top, left }) => top === 128 && left === 96).length;
    const second = drawn.filter(({ top, left }) => top === 60 && left === 40).length;
    expect(first + second).toBe(10_000);
    expect(Math.abs(first - 5000)).toBeLessThan(3 * 50);
  });

  test('a joint far outside the image leaves no hole', () => {
    expect(drawJointHoles(shape, [[-500, 900]], createRandom(1))).toEqual([]);
  });

  test('without joints they are drawn as other holes', () => {
    expect(drawJointHoles(shape, [], createRandom(4))).toEqual(drawHoles(shape, createRandom(4)));
  });
});

describe('patches of another image', () => {
  const [input, donor] = [rampImage(2, 40, 30), flatImage(1, 0.75)];
  const other = fillHoles(rampImage(2, 40, 30), [{ top: 0, left: 0, height: 40, width: 30 }], 0.75);

  test('come from the same place, two by default, and all other pixels stay', () => {
    const patches = drawPatches(input.shape, createRandom(3), { halfSizeRange: [2, 5] });
    expect(patches.length).toBe(2);
    for (const { top, left, fromTop, fromLeft } of patches) expect([fromTop, fromLeft]).toEqual([top, left]);
    const pasted = pastePatches(input, other, patches);
    eachPixel(input, (c, y, x) => expect(pasted.get(c, y, x)).toBe(isIn(patches, y, x) ? 0.75 : input.get(c, y, x)));
    expect(donor.get(0, 0, 0)).toBe(0.75);
  });

  test('around a joint lie around one of this image, pixel by pixel', () => {
    const [patch] = drawJointPatches(input.shape, [[10, 20]], [[14, 12]], createRandom(1), { count: 1, halfSizeRange: [3, 3] });
    expect(patch).toEqual({ top: 17, left: 7, fromTop: 9, fromLeft: 11, height: 7, width: 7 });
    const pasted = pastePatches(flatColors(input.shape), input, [patch!]);
    for (let y = 0; y < 7; y++)
      for (let x = 0; x < 7; x++) expect(pasted.get(1, 17 + y, 7 + x)).toBe(input.get(1, 9 + y, 11 + x));
  });

  test('are clipped where either box would leave its image', () => {
    const halves = { count: 1, halfSizeRange: [3, 3] } as const;
    // one row above this image's joint, two columns right of the other's
    const [patch] = drawJointPatches(input.shape, [[10, 1]], [[27, 12]], createRandom(1), halves);
    expect(patch).toEqual({ top: 0, left: 7, fromTop: 11, fromLeft: 24, height: 5, width: 6 });
    const [outside] = drawJointPatches(input.shape, [[-9, 99]], [[5, 5]], createRandom(1), halves);
    expect(outside).toEqual({ top: 36, left: 0, fromTop: 2, fromLeft: 5, height: 4, width: 4 });
  });

  test('without joints of either image they are drawn as other patches', () => {
    const plain = drawPatches(shape, createRandom(4));
    expect(drawJointPatches(shape, [], joints, createRandom(4))).toEqual(plain);
    expect(drawJointPatches(shape, joints, [], createRandom(4))).toEqual(plain);
  });
});

test('the combinations have five and five holes, and two and two patches, each of streams of their own', () => {
  const random = createRandom(9);
  const holes = drawJoco(shape, joints, random);
  expect(holes.slice(-5)).toEqual(drawHoles(shape, random.fork('holes')));
  expect(holes.slice(0, -5)).toEqual(drawJointHoles(shape, joints, random.fork('joints')));
  const patches = drawJccm(shape, joints, joints, random);
  expect(patches.slice(0, 2)).toEqual(drawJointPatches(shape, joints, joints, random.fork('joints')));
  expect(patches.slice(2)).toEqual(drawPatches(shape, random.fork('patches')));
});

function flatColors([c, h, w]: readonly number[]): Image {
  return fillHoles(rampImage(c!, h!, w!), [{ top: 0, left: 0, height: h!, width: w! }], 0.1);
}
