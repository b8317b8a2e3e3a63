import { resize, toFloat } from '@viewforge/image';
import { createRandom } from '@viewforge/random';
import { pixels, values } from '@viewforge/tensor';
import { examplePixels, obeysAugmenterLaws } from '@viewforge/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomResizedCrop } from './random-resized-crop.ts';

const start = { epoch: 0, fraction: 0 };

obeysAugmenterLaws(randomResizedCrop, examplePixels(2), { size: 16 });

test('a quarter of 100 x 100 at ratio 4/3 is 58 wide and 43 high', () => {
  const crop = randomResizedCrop({ scaleRange: [0.25, 0.25], ratioRange: [4 / 3, 4 / 3] });
  const { width, height } = crop.draw([3, 100, 100], createRandom(1), start);
  expect([width, height]).toEqual([58, 43]);
});

test('the whole of a square picture at ratio 1 is a plain resize', () => {
  const square = pixels(
    Uint8Array.from({ length: 20 * 20 * 3 }, (_, i) => (i * 37) % 256),
    20,
    20,
    3,
  );
  const crop = randomResizedCrop({ size: 8, scaleRange: [1, 1], ratioRange: [1, 1] });
  const params = crop.draw(square.shape, createRandom(3), start);
  expect(params).toMatchObject({ top: 0, left: 0, height: 20, width: 20 });
  const plain = resize(square, { height: 8, width: 8, interpolation: 'bilinear', antialias: true });
  expect(values(crop.apply(square, params))).toEqual(values(plain));
});

test('a box of the size asked for is cut, not resampled', () => {
  const picture = pixels(
    Uint8Array.from({ length: 4 * 5 * 3 }, (_, i) => i),
    4,
    5,
    3,
  );
  const params = { top: 1, left: 2, height: 2, width: 2, size: 2, interpolation: 'bilinear', antialias: true } as const;
  const cut = randomResizedCrop().apply(picture, params);
  expect(cut.get(0, 0, 0)).toBe(Math.fround((1 * 15 + 2 * 3) / 255));
  expect(cut.get(2, 1, 1)).toBe(Math.fround((2 * 15 + 3 * 3 + 2) / 255));
});

test('a single pixel gives a constant image', () => {
  const pixel = pixels(Uint8Array.of(51, 102, 153), 1, 1, 3);
  const crop = randomResizedCrop({ size: 3 });
  const view = crop.apply(pixel, crop.draw(pixel.shape, createRandom(5), start));
  expect([...values(view)].map((value) => value.toFixed(6))).toEqual(
    [0.2, 0.4, 0.6].flatMap((value) => Array(9).fill(value.toFixed(6))),
  );
});

test.each([
  ['too wide for any ratio', [3, 10, 100], 1, { top: 0, left: 43, height: 10, width: 13 }],
  ['too tall for any ratio', [3, 100, 10], 1, { top: 43, left: 0, height: 13, width: 10 }],
  ['smaller than any box', [3, 1, 1], 0.08, { top: 0, left: 0, height: 1, width: 1 }],
])('where ten boxes did not fit the middle is taken: %s', (_, shape, scale, box) => {
  const crop = randomResizedCrop({ scaleRange: [scale, scale] });
  expect(crop.draw(shape, createRandom(2), start)).toMatchObject(box);
});

test('boxes lie inside the picture, and their area and ratio within the ranges up to rounding', () => {
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 400 }), fc.integer({ min: 20, max: 400 }), fc.integer(), (h, w, seed) => {
      const { top, left, height, width } = randomResizedCrop().draw([3, h, w], createRandom(seed), start);
      expect(Math.min(top, left)).toBeGreaterThanOrEqual(0);
      expect(top + height).toBeLessThanOrEqual(h);
      expect(left + width).toBeLessThanOrEqual(w);
      // half a pixel on each side of the box
      expect((width - 0.5) / (height + 0.5)).toBeLessThanOrEqual(4 / 3);
      expect((width + 0.5) / (height - 0.5)).toBeGreaterThanOrEqual(3 / 4);
    }),
    { seed: 11 },
  );
});

test('areas are spread evenly over the range, and ratios as often above 1 as below', () => {
  const crop = randomResizedCrop({ scaleRange: [0.1, 0.5] });
  const boxes = Array.from({ length: 4000 }, (_, seed) => crop.draw([3, 1000, 1000], createRandom(seed), start));
  const meanArea = boxes.reduce((sum, { height, width }) => sum + (height * width) / 1e6, 0) / boxes.length;
  const wider = boxes.filter(({ height, width }) => width > height).length / boxes.length;
  expect(meanArea).toBeCloseTo(0.3, 2); // deviation of the mean 0.0018
  expect(Math.abs(wider - 0.5)).toBeLessThan(0.03); // deviation 0.008
});

test('toFloat of the box is what an unscaled crop gives', () => {
  const [picture] = examplePixels(1);
  const [, h, w] = picture!.shape as [number, number, number];
  const side = Math.min(h, w);
  const crop = randomResizedCrop({ size: side });
  const params = { top: 0, left: 0, height: side, width: side, size: side, interpolation: 'bicubic', antialias: true } as const;
  expect(values(crop.apply(picture!, params))).toEqual(values(toFloat(picture!.hi(3, side, side))));
});
