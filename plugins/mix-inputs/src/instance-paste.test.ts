import { createRandom } from '@viewforge/random';
import { image, values } from '@viewforge/tensor';
import { exampleImages } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { drawPaste, type Instance, instanceOf, type PasteDraw, pasteInstance, type Scene } from './instance-paste.ts';

const at: PasteDraw = { height: 2, width: 2, top: 1, left: 2, flip: false };
const flat = (c: number, h: number, w: number, value: number) => image(new Float32Array(c * h * w).fill(value), c, h, w);

function instance(mask: readonly number[], h: number, w: number, label?: number): Instance {
  return { ...instanceOf(Float32Array.from(mask), h, w), ...(label !== undefined && { label }) };
}

/** A donor [3, 2, 2] of one color whose object is this mask. */
const donorOf = (...mask: readonly number[]): Scene => ({ image: flat(3, 2, 2, 0.9), instances: [instance(mask, 2, 2, 7)] });
/** A host [3, 4, 5] in which a region is an object. */
function hostOf(...objects: readonly (readonly number[])[]): Scene {
  const data = Float32Array.from({ length: 60 }, (_, i) => i / 100);
  return { image: image(data, 3, 4, 5), instances: objects.map((mask, i) => instance(mask, 4, 5, i)) };
}
/** A mask [4, 5] of the first `count` pixels of row 1, counted from column 2 back to 0. */
const inRow = (...columns: readonly number[]) =>
  Array.from({ length: 20 }, (_, i) => Number(i >= 5 && i < 10 && columns.includes(i % 5)));

describe('where to paste', () => {
  const draws = Array.from({ length: 300 }, (_, seed) => drawPaste([3, 20, 30], [3, 8, 4], createRandom(seed)));

  test('is inside, the longer side between a tenth and all of the shorter side of the host, in the proportions of the donor', () => {
    for (const { height, width, top, left } of draws) {
      expect(top >= 0 && left >= 0 && top + height <= 20 && left + width <= 30).toBe(true);
      expect(height).toBeGreaterThanOrEqual(2);
      expect(Math.abs(width - height / 2)).toBeLessThanOrEqual(0.75); // two roundings
    }
    expect(Math.max(...draws.map(({ height }) => height))).toBe(20);
  });

  test('is mirrored half of the time', () => {
    expect(Math.abs(draws.filter(({ flip }) => flip).length - 150)).toBeLessThan(5 * Math.sqrt(75));
  });

  test('is drawn in the order scale, column, row, mirror', () => {
    const random = createRandom(4);
    const scale = random.uniform(0.5, 0.6) * 20;
    const [height, width] = [Math.round(scale), Math.round(scale / 2)];
    const left = random.integer(0, 31 - width);
    const expected = { height, width, left, top: random.integer(0, 21 - height), flip: random.chance(0.5) };
    expect(drawPaste([3, 20, 30], [3, 8, 4], createRandom(4), [0.5, 0.6])).toEqual(expected);
  });

  test('is a pixel where the host is one, or where the donor is very long', () => {
    expect(drawPaste([1, 1, 1], [1, 9, 4], createRandom(1))).toMatchObject({ height: 1, width: 1, top: 0, left: 0 });
    expect(drawPaste([1, 10, 10], [1, 1, 500], createRandom(1)).height).toBe(1);
  });
});

test('an empty mask leaves the bytes of the host, and its objects', () => {
  for (const picture of exampleImages()) {
    const [c, h, w] = picture.shape as [number, number, number];
    const host: Scene = { image: picture, instances: [instance(Array(h * w).fill(1), h, w, 3)] };
    const donor: Scene = { image: flat(c, 3, 3, 0.5), instances: [instance(Array(9).fill(0), 3, 3)] };
    const pasted = pasteInstance(host, donor, drawPaste(picture.shape, [c, 3, 3], createRandom(1)));
    expect(values(pasted.image)).toEqual(values(picture));
    expect(pasted.instances[0]).toEqual(host.instances[0]);
  }
});

test('pixels are the donor where its mask is 1, a blend where it is between, and the bytes of the host elsewhere', () => {
  const host = hostOf();
  const before = values(host.image).slice();
  const pasted = values(pasteInstance(host, donorOf(1, 0, 0.5, 0), at).image);
  for (let plane = 0; plane < 3; plane++)
    for (let y = 0; y < 4; y++)
      for (let x = 0; x < 5; x++) {
        const k = (plane * 4 + y) * 5 + x;
        const share = x === 2 ? [0, 1, 0.5, 0][y]! : 0;
        expect(pasted[k]).toBe(share === 0 ? before[k] : Math.fround(share * Math.fround(0.9) + (1 - share) * before[k]!));
      }
  expect(values(host.image)).toEqual(before);
});

test('a mirrored donor shows its left on the right', () => {
  const donor: Scene = {
    image: image(Float32Array.of(0.1, 0.2, 0.3, 0.4), 1, 2, 2),
    instances: [instance([1, 1, 0, 1], 2, 2)],
  };
  const host: Scene = { image: flat(1, 4, 5, 0), instances: [] };
  const { image: picture, instances } = pasteInstance(host, donor, { ...at, flip: true });
  expect([1, 2].map((y) => [2, 3].map((x) => picture.get(0, y, x)))).toEqual(
    [
      [0.2, 0.1],
      [0.4, 0],
    ].map((row) => row.map(Math.fround)),
  );
  expect([1, 2].map((y) => [2, 3].map((x) => instances[0]!.mask.get(0, y, x)))).toEqual([
    [1, 1],
    [1, 0],
  ]);
});

test('the new object comes last, with its label and the region of its mask in the host', () => {
  const pasted = pasteInstance(hostOf(inRow(0)), donorOf(0, 0, 0, 1), at);
  expect(pasted.instances.map(({ label }) => label)).toEqual([0, 7]);
  expect(pasted.instances[1]!.region).toEqual({ top: 2, left: 3, bottom: 3, right: 4 });
  expect(values(pasted.instances[1]!.mask).reduce((sum, share) => sum + share, 0)).toBe(1);
});

test('what is covered is cut from the masks and regions of the host', () => {
  const { instances } = pasteInstance(hostOf(inRow(1, 2, 3, 4)), donorOf(1, 1, 1, 1), at);
  expect([...values(instances[0]!.mask)]).toEqual(inRow(1, 4));
  expect(instances[0]!.region).toEqual({ top: 1, left: 1, bottom: 2, right: 5 });
  expect(instances[0]!.label).toBe(0);
});

test('objects of which less than a tenth is left are dropped', () => {
  const covered = 4; // pixels under the donor
  const withLeft = (left: number) => {
    const mask = Array.from({ length: 60 }, (_, i) => Number(i < left || (i >= 30 && i < 30 + covered * 9)));
    const host: Scene = { image: flat(1, 2, 60, 0), instances: [instance([...mask, ...Array(60).fill(0)], 2, 60)] };
    const donor: Scene = { image: flat(1, 1, 36, 1), instances: [instance(Array(36).fill(1), 1, 36)] };
    return pasteInstance(host, donor, { height: 1, width: 36, top: 0, left: 30, flip: false }).instances.length - 1;
  };
  // of 39 pixels 3 are left, of 40 pixels 4
  expect([withLeft(0), withLeft(3), withLeft(4)]).toEqual([0, 0, 1]);
});

test('an instance of no pixels has an empty region', () => {
  expect(instanceOf(new Float32Array(6), 2, 3).region).toEqual({ top: 0, left: 0, bottom: 0, right: 0 });
  expect(instanceOf(Float32Array.of(0, 0.4, 0.5, 0, 0, 1), 2, 3).region).toEqual({ top: 0, left: 2, bottom: 2, right: 3 });
});

test('a donor of other channels or without an object is refused', () => {
  const donor: Scene = { image: flat(1, 2, 2, 1), instances: [instance([1, 1, 1, 1], 2, 2)] };
  expect(() => pasteInstance(hostOf(), donor, at)).toThrow('pasteInstance: expected a donor of 3 channels, got 1');
  expect(() => pasteInstance(hostOf(), { ...donor, instances: [] }, at)).toThrow(
    'pasteInstance: expected a donor with an instance',
  );
});
