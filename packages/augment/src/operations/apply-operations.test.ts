import { levelOf } from '@viewforge/image';
import { type Image, image, values } from '@viewforge/tensor';
import { exampleImages, flatImage, pointImage, rampImage } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { applyOperations } from './apply-operations.ts';
import { levelSpaces, operationAt } from './level-space.ts';
import { extendedOperations, type Operation } from './operation.ts';

const nearest = { interpolation: 'nearest', fill: 'gray' } as const;
const everything = [...extendedOperations, 'identity', 'cutout'] as const;

/** An image of these levels, one channel. */
function ofLevels(levels: readonly number[], h: number, w: number): Image {
  return image(
    Float32Array.from(levels, (level) => level / 255),
    1,
    h,
    w,
  );
}

function levelsAfter(input: Image, operation: Operation): number[] {
  return [...values(applyOperations(input, [operation], nearest))].map((value) => value * 255).map(Math.round);
}

describe('worked numbers', () => {
  test('autocontrast takes 100 between 50 and 200 to 85, and 101 to 86 (86.7, cut)', () => {
    expect(levelsAfter(ofLevels([50, 100, 101, 200], 2, 2), { op: 'autocontrast' })).toEqual([0, 85, 86, 255]);
  });

  test('autocontrast leaves a channel of one level', () => {
    expect(levelsAfter(flatImage(3, 77 / 255, 3), { op: 'autocontrast' })).toEqual(new Array(27).fill(77));
  });

  test('equalize of 512 values at 10, 256 at 20 and 256 at 200 gives 0, 171 and 255', () => {
    const levels = [...new Array(512).fill(10), ...new Array(256).fill(20), ...new Array(256).fill(200)];
    const expected = [...new Array(512).fill(0), ...new Array(256).fill(171), ...new Array(256).fill(255)];
    expect(levelsAfter(ofLevels(levels, 32, 32), { op: 'equalize' })).toEqual(expected);
  });

  test.each([
    [2, 21],
    [1, 13],
    [0, 5],
  ])('sharpness %d of a point of level 13 makes it %d', (factor, expected) => {
    const point = [0, 0, 0, 0, 13, 0, 0, 0, 0];
    expect(levelsAfter(ofLevels(point, 3, 3), { op: 'sharpness', factor })[4]).toBe(expected);
  });

  test.each<[string, Operation, (level: number) => number]>([
    ['invert', { op: 'invert' }, (level) => 255 - level],
    ['3 bits', { op: 'posterize', bits: 3 }, (level) => Math.floor(level / 32) * 32],
    ['8 bits', { op: 'posterize', bits: 8 }, (level) => level],
    ['no bits', { op: 'posterize', bits: 0 }, () => 0],
    ['solarize at 180', { op: 'solarize', threshold: 180 }, (level) => (level < 180 ? level : 255 - level)],
    ['solarize at 256', { op: 'solarize', threshold: 256 }, (level) => level],
    ['solarize at 0', { op: 'solarize', threshold: 0 }, (level) => 255 - level],
    ['solarize-add', { op: 'solarize-add', amount: 110 }, (level) => (level < 128 ? level + 110 : level)],
    ['brightness 0.64', { op: 'brightness', factor: 0.64 }, (level) => Math.round(0.64 * level)],
    ['brightness 1.9', { op: 'brightness', factor: 1.9 }, (level) => Math.min(255, Math.round(1.9 * level))],
    // the mean of 0 … 255 is 127.5, which rounds to 128
    ['contrast 0.5', { op: 'contrast', factor: 0.5 }, (level) => Math.round(128 + 0.5 * (level - 128))],
    ['contrast 0', { op: 'contrast', factor: 0 }, () => 128],
  ])('%s on every level', (_, operation, expected) => {
    const all = Array.from({ length: 256 }, (__, level) => level);
    expect(levelsAfter(ofLevels(all, 16, 16), operation)).toEqual(all.map(expected));
  });
});

test('contrast of a color image moves toward its rounded mean luma', () => {
  // luma of red is 76.2, of green 149.7, so their mean is 112.9
  const redAndGreen = image(Float32Array.of(1, 0, 0, 1, 0, 0), 3, 1, 2);
  expect(levelsAfter(redAndGreen, { op: 'contrast', factor: 0 })).toEqual(new Array(6).fill(113));
});

test('color 0 is the luma in all channels, and an image of one channel stays', () => {
  const pixel = image(Float32Array.of(0.2, 0.4, 0.6), 3, 1, 1); // levels 51, 102, 153; luma 92.56
  expect(levelsAfter(pixel, { op: 'color', factor: 0 })).toEqual([93, 93, 93]);
  expect(levelsAfter(ofLevels([7, 200], 1, 2), { op: 'color', factor: 0 })).toEqual([7, 200]);
});

describe('where pixels go', () => {
  const nine = ofLevels([1, 2, 3, 4, 5, 6, 7, 8, 9], 3, 3);

  test.each<[string, Operation, number[]]>([
    ['a quarter turn counter-clockwise', { op: 'rotate', degrees: 90 }, [3, 6, 9, 2, 5, 8, 1, 4, 7]],
    ['one to the right', { op: 'translate-x', pixels: 1 }, [128, 1, 2, 128, 4, 5, 128, 7, 8]],
    ['two up', { op: 'translate-y', pixels: -2 }, [7, 8, 9, 128, 128, 128, 128, 128, 128]],
    ['nowhere', { op: 'translate-y', pixels: 0 }, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['cut out', { op: 'cutout', top: 0, left: 1, height: 2, width: 2 }, [1, 128, 128, 4, 128, 128, 7, 8, 9]],
    ['nothing cut out', { op: 'cutout', top: 0, left: 1, height: 0, width: 2 }, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    // rows are 0.5, 1.5 and 2.5 below the corner: two times that is 1, 3 and 5 to the left
    ['leaned by rows', { op: 'shear-x', slope: 2 }, [2, 3, 128, 128, 128, 128, 128, 128, 128]],
    ['leaned by columns', { op: 'shear-y', slope: 2 }, [4, 128, 128, 7, 128, 128, 128, 128, 128]],
  ])('%s', (_, operation, expected) => {
    expect(levelsAfter(nine, operation)).toEqual(expected);
  });

  test('black instead of gray where it is asked for', () => {
    const moved = applyOperations(nine, [{ op: 'translate-x', pixels: 2 }], { interpolation: 'nearest', fill: 'black' });
    expect([...values(moved)].map((value) => Math.round(value * 255))).toEqual([0, 0, 1, 0, 0, 4, 0, 0, 7]);
  });

  test('halfway between two pixels is their mean, rounded up, when it is found bilinearly', () => {
    const moved = applyOperations(ofLevels([10, 21, 40], 1, 3), [{ op: 'translate-x', pixels: -0.5 }], {
      interpolation: 'bilinear',
      fill: 'black',
    });
    expect([...values(moved)].map((value) => value * 255)).toEqual([16, 31, 20].map((level) => Math.fround(level / 255) * 255));
  });
});

describe.each(everything)('%s', (name) => {
  const inputs = [...exampleImages(), rampImage(1, 5, 9), rampImage(3, 1, 8), rampImage(2, 6, 1), pointImage(1)];

  test.each([0, 0.3, 1])('gives levels / 255 at strength %d, whatever comes in', (strength) => {
    for (const input of inputs) {
      for (const interpolation of ['nearest', 'bilinear'] as const) {
        for (const sign of [-1, 1]) {
          const operation = operationAt(name, strength, { sign, center: [0, 0] }, input.shape, levelSpaces.standard);
          const result = values(applyOperations(input, [operation], { interpolation, fill: 'gray' }));
          if (name === 'identity') expect(result).toBe(values(input));
          else expect(result.filter((value) => value !== Math.fround(levelOf(value) / 255))).toHaveLength(0);
        }
      }
    }
  });
});

test('operations follow one another, each on the levels of the one before', () => {
  const input = ofLevels([0, 100, 200, 255], 2, 2);
  const twice: Operation[] = [{ op: 'posterize', bits: 2 }, { op: 'invert' }];
  const expected = [0, 64, 192, 192].map((level) => 255 - level);
  expect([...values(applyOperations(input, twice, nearest))].map((value) => Math.round(value * 255))).toEqual(expected);
});

test('no operation, or none but the identity, is the image itself, unrounded', () => {
  const [input] = exampleImages();
  expect(applyOperations(input!, [], nearest)).toBe(input);
  expect(applyOperations(input!, [{ op: 'identity' }], nearest)).toBe(input);
});
