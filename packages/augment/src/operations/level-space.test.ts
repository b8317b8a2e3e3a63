import { describe, expect, test } from 'vitest';
import { boxAround, type LevelSpace, levelSpaces, operationAt } from './level-space.ts';
import type { OperationName } from './operation.ts';

const shape = [3, 224, 224];
const levels = Array.from({ length: 31 }, (_, level) => level);

function at(name: OperationName, level: number, space: LevelSpace, sign = 1) {
  return operationAt(name, level / 30, { sign, center: [100, 100] }, shape, space);
}

describe('the table of RandAugment at 224 pixels', () => {
  test.each([
    [9, 9, 0.09, 3, 180, 0.64, 30.453172],
    [15, 15, 0.15, 2, 128, 1, 50.755287],
    [30, 30, 0.3, 0, 0, 1.9, 101.510574],
  ])('level %d', (level, degrees, slope, bits, threshold, factor, pixels) => {
    expect(at('rotate', level, levelSpaces.standard)).toEqual({ op: 'rotate', degrees: expect.closeTo(degrees, 9) });
    expect(at('shear-x', level, levelSpaces.standard)).toEqual({ op: 'shear-x', slope: expect.closeTo(slope, 9) });
    expect(at('shear-y', level, levelSpaces.standard, -1)).toEqual({ op: 'shear-y', slope: expect.closeTo(-slope, 9) });
    expect(at('posterize', level, levelSpaces.standard)).toEqual({ op: 'posterize', bits });
    expect(at('solarize', level, levelSpaces.standard)).toEqual({ op: 'solarize', threshold });
    for (const op of ['brightness', 'color', 'contrast', 'sharpness'] as const) {
      for (const sign of [-1, 1])
        expect(at(op, level, levelSpaces.standard, sign)).toEqual({ op, factor: expect.closeTo(factor, 9) });
    }
    expect(at('translate-x', level, levelSpaces.standard)).toEqual({ op: 'translate-x', pixels: expect.closeTo(pixels, 6) });
  });
});

test('the wide space turns by whole degrees: 40 at level 9, 67 at level 15', () => {
  expect(at('rotate', 9, levelSpaces.wide)).toEqual({ op: 'rotate', degrees: 40 });
  expect(at('rotate', 15, levelSpaces.wide, -1)).toEqual({ op: 'rotate', degrees: -67 });
});

test.each(levels)('level %d cuts to whole numbers as exact arithmetic does', (level) => {
  const cut = (full: number) => (full * level - ((full * level) % 30)) / 30;
  expect(at('posterize', level, levelSpaces.standard)).toEqual({ op: 'posterize', bits: 4 - cut(4) });
  expect(at('posterize', level, levelSpaces.wide)).toEqual({ op: 'posterize', bits: 8 - cut(6) });
  expect(at('solarize', level, levelSpaces.wide)).toEqual({ op: 'solarize', threshold: 256 - cut(256) });
  expect(at('solarize-add', level, levelSpaces.standard)).toEqual({ op: 'solarize-add', amount: cut(110) });
  expect(at('rotate', level, levelSpaces.wide)).toEqual({ op: 'rotate', degrees: cut(135) });
  expect(at('cutout', level, levelSpaces.small)).toMatchObject({ height: cut(20), width: cut(20) });
  expect(at('cutout', level, levelSpaces.standard)).toMatchObject({ height: cut(40), width: cut(40) });
});

test('wide factors reach from 0.01 to 2, leans 0.99, moves 32 pixels', () => {
  expect(at('contrast', 30, levelSpaces.wide, -1)).toEqual({ op: 'contrast', factor: expect.closeTo(0.01, 12) });
  expect(at('contrast', 30, levelSpaces.wide, 1)).toEqual({ op: 'contrast', factor: 2 });
  expect(at('shear-x', 30, levelSpaces.wide, -1)).toEqual({ op: 'shear-x', slope: -0.99 });
  expect(at('translate-y', 30, levelSpaces.wide)).toEqual({ op: 'translate-y', pixels: 32 });
});

test('centered strengths leave everything at level 0', () => {
  const none = (name: OperationName) => at(name, 0, levelSpaces.centered);
  for (const op of ['brightness', 'color', 'contrast', 'sharpness'] as const) expect(none(op)).toEqual({ op, factor: 1 });
  expect(none('posterize')).toEqual({ op: 'posterize', bits: 8 });
  expect(none('solarize')).toEqual({ op: 'solarize', threshold: 256 });
  expect(none('solarize-add')).toEqual({ op: 'solarize-add', amount: 0 });
  expect(none('rotate')).toEqual({ op: 'rotate', degrees: 0 });
  expect(none('translate-x')).toEqual({ op: 'translate-x', pixels: 0 });
});

test('standard factors do not: they begin at 0.1', () => {
  expect(at('brightness', 0, levelSpaces.standard)).toEqual({ op: 'brightness', factor: 0.1 });
});

test('magnitudes 0 … 9 of a sub-policy keep 8, 8, 7, 7, 6, 6, 5, 5, 4 and 4 bits', () => {
  const bits = Array.from({ length: 10 }, (_, magnitude) =>
    operationAt('posterize', magnitude / 9, { sign: 1, center: [0, 0] }, shape, levelSpaces['sub-policy']),
  );
  expect(bits.map((operation) => 'bits' in operation && operation.bits)).toEqual([8, 8, 7, 7, 6, 6, 5, 5, 4, 4]);
});

test('a move is a share of the side it goes along', () => {
  const move = (name: OperationName) =>
    operationAt(name, 1, { sign: 1, center: [0, 0] }, [3, 331, 662], levelSpaces.standard) as { pixels: number };
  expect([move('translate-y').pixels, move('translate-x').pixels]).toEqual([150, 300]);
});

test.each([
  ['in the middle', [5, 5], 4, { top: 3, left: 3, height: 4, width: 4 }],
  ['odd', [5, 5], 3, { top: 4, left: 4, height: 3, width: 3 }],
  ['in a corner', [0, 9], 4, { top: 0, left: 7, height: 2, width: 3 }],
  ['over everything', [5, 5], 100, { top: 0, left: 0, height: 10, width: 10 }],
  ['empty', [5, 5], 0, { top: 5, left: 5, height: 0, width: 0 }],
] as const)('a square around a pixel is clipped to the image: %s', (_, center, side, expected) => {
  expect(boxAround(center, side, 10, 10)).toEqual(expected);
});
