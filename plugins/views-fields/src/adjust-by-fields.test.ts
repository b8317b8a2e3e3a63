import { adjustColors, type ColorStep } from '@viewforge/image';
import { image, values } from '@viewforge/tensor';
import { exampleImages, rampImage } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { adjustByFields, type ColorFields } from './adjust-by-fields.ts';

const pixel = () => image(Float32Array.of(0.2, 0.4, 0.6), 3, 1, 1);

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(actual[i]).toBeCloseTo(expected[i]!, 5); // float32, several steps
}

test.each<[string, ColorFields, number[]]>([
  ['brightness', { brightness: Float32Array.of(Math.log(1.5)) }, [0.3, 0.6, 0.9]],
  ['saturation', { saturation: Float32Array.of(Math.log(0.5)) }, [0.28149, 0.38149, 0.48149]],
  ['hue', { hue: Float32Array.of(0.1) }, [0.24, 0.2, 0.6]],
  ['a third of a turn', { hue: Float32Array.of(1 / 3) }, [0.6, 0.2, 0.4]],
  ['turns backward past 0', { hue: Float32Array.of(-1.9) }, [0.24, 0.2, 0.6]],
])('%s of the pixel (0.2, 0.4, 0.6)', (_, fields, expected) => {
  expectClose(values(adjustByFields(pixel(), fields)), expected);
});

test('contrast is about the mean luma 0.49995 of the image', () => {
  const two = image(Float32Array.of(0.2, 0.8, 0.4, 0.6, 0.6, 0.4), 3, 1, 2);
  const halved = adjustByFields(two, { contrast: new Float32Array(2).fill(Math.log(0.5)) });
  expectClose(values(halved), [0.349975, 0.649975, 0.449975, 0.549975, 0.549975, 0.449975]);
});

test('the mean that contrast is about is that after brightness', () => {
  const flat = image(new Float32Array(12).fill(0.3), 3, 2, 2);
  const fields = { brightness: new Float32Array(4).fill(Math.log(2)), contrast: new Float32Array(4).fill(-1) };
  expectClose(values(adjustByFields(flat, fields)), new Array(12).fill(0.6 * 0.9999 + (0.6 - 0.6 * 0.9999) * Math.exp(-1)));
});

test('constant fields are the global steps, where those clamp nothing', () => {
  for (const each of exampleImages()) {
    const size = each.shape[1]! * each.shape[2]!;
    const constant = (value: number) => new Float32Array(size).fill(value);
    // halved first, so that no value leaves [0, 1] on the way
    const steps: ColorStep[] = [
      { kind: 'brightness', factor: 0.5 },
      { kind: 'contrast', factor: 0.8, mean: 'luma' },
      { kind: 'saturation', factor: 0.7 },
      { kind: 'hue', turns: 0.15 },
    ];
    const fields = {
      brightness: constant(Math.log(0.5)),
      contrast: constant(Math.log(0.8)),
      saturation: constant(Math.log(0.7)),
      hue: constant(0.15),
    };
    expectClose(values(adjustByFields(each, fields)), values(adjustColors(each, steps)));
  }
});

test('every pixel changes by its own amount', () => {
  const ramp = rampImage(3, 2, 2);
  const before = values(ramp);
  const after = values(adjustByFields(ramp, { brightness: Float32Array.of(0, -1, 0, 0) }));
  expectClose(
    after,
    before.map((value, i) => (i % 4 === 1 ? value / Math.E : value)),
  );
});

describe('without fields', () => {
  test('nothing changes, not by a bit', () => {
    for (const each of exampleImages()) expect(values(adjustByFields(each, {}))).toEqual(values(each));
  });

  test('the result is memory of its own', () => {
    const one = pixel();
    expect(adjustByFields(one, {}).data).not.toBe(one.data);
  });
});

test('clamping comes last: what left [0, 1] on the way can come back', () => {
  // the blue of (0.4, 0.4, 0.8) passes 1 by brightness and returns by saturation 0
  const fields = { brightness: Float32Array.of(Math.log(2)), saturation: Float32Array.of(-60) };
  const gray = 2 * (0.2989 * 0.4 + 0.587 * 0.4 + 0.114 * 0.8);
  expectClose(values(adjustByFields(image(Float32Array.of(0.4, 0.4, 0.8), 3, 1, 1), fields)), [gray, gray, gray]);
  const bright = { brightness: Float32Array.of(2) };
  expectClose(values(adjustByFields(image(Float32Array.of(0.4, 0, 0.8), 3, 1, 1), bright)), [1, 0, 1]);
});

test('gray stays gray whatever its hue and saturation', () => {
  const gray = image(Float32Array.of(0.3, 0.7, 0.3, 0.7, 0.3, 0.7), 3, 1, 2);
  const after = values(adjustByFields(gray, { hue: Float32Array.of(0.3, -0.2) }));
  expect(after).toEqual(values(gray));
});

test.each([1, 2, 4])('an image of %i channels is gray: contrast about each channel, no saturation, no hue', (count) => {
  const ramp = rampImage(count, 1, 3);
  const fields = {
    contrast: new Float32Array(3).fill(Math.log(0.5)),
    saturation: new Float32Array(3).fill(1),
    hue: new Float32Array(3).fill(0.2),
  };
  const after = values(adjustByFields(ramp, fields));
  const middle = (i: number) => values(ramp)[3 * Math.floor(i / 3) + 1]!;
  expectClose(
    after,
    values(ramp).map((value, i) => (value + middle(i)) / 2),
  );
});
