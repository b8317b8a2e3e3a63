import { image, values } from '@viewforge/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  adjustBrightness,
  adjustBrightnessBy,
  adjustColors,
  adjustContrast,
  adjustHue,
  adjustSaturation,
  type ColorStep,
  denormalizeChannels,
  grayscale,
  mapImage,
  normalizeChannels,
  solarize,
} from './index.ts';

const pixel = image(Float32Array.of(0.2, 0.4, 0.6), 3, 1, 1);
const pair = image(Float32Array.of(0.2, 0.8, 0.4, 0.6, 0.6, 0.4), 3, 1, 2); // (0.2, 0.4, 0.6) and (0.8, 0.6, 0.4)

test.each([
  ['brightness 1.5', () => adjustBrightness(pixel, 1.5), [0.3, 0.6, 0.9]],
  ['brightness 2 is clamped', () => adjustBrightness(pixel, 2), [0.4, 0.8, 1]],
  ['brightness by -0.3', () => adjustBrightnessBy(pixel, -0.3), [0, 0.1, 0.3]],
  ['luma', () => grayscale(pixel), [0.36298, 0.36298, 0.36298]],
  ['saturation 0.5', () => adjustSaturation(pixel, 0.5), [0.28149, 0.38149, 0.48149]],
  ['hue by a tenth', () => adjustHue(pixel, 0.1), [0.24, 0.2, 0.6]],
  ['hue by a third takes red to green', () => adjustHue(image(Float32Array.of(1, 0, 0), 3, 1, 1), 1 / 3), [0, 1, 0]],
  ['hue by minus a third takes red to blue', () => adjustHue(image(Float32Array.of(1, 0, 0), 3, 1, 1), -1 / 3), [0, 0, 1]],
  [
    'contrast 0.5 around the mean luma',
    () => adjustContrast(pair, 0.5),
    [0.349975, 0.649975, 0.449975, 0.549975, 0.549975, 0.449975],
  ],
  ['contrast 0 is the mean of each channel', () => adjustContrast(pair, 0, 'channel'), [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]],
  ['solarize at 0.5', () => solarize(pair, 0.5), [0.2, 0.2, 0.4, 0.4, 0.4, 0.4]],
  ['normalize', () => normalizeChannels(pixel, [0.2, 0.2, 0.2], [0.5, 0.1, 2]), [0, 2, 0.2]],
] as const)('worked by hand: %s', (_name, work, expected) => {
  for (const [i, value] of values(work()).entries()) expect(value).toBeCloseTo(expected[i]!, 5);
});

const level = fc.float({ min: 0, max: 1, noNaN: true });
const anyImage = fc
  .integer({ min: 1, max: 9 })
  .chain((w) =>
    fc.array(level, { minLength: 3 * w, maxLength: 3 * w }).map((numbers) => image(Float32Array.from(numbers), 3, 1, w)),
  );
const anyStep: fc.Arbitrary<ColorStep> = fc.oneof(
  fc.record({ kind: fc.constant('brightness' as const), factor: fc.double({ min: 0, max: 2, noNaN: true }) }),
  fc.record({
    kind: fc.constant('contrast' as const),
    factor: fc.double({ min: 0, max: 2, noNaN: true }),
    mean: fc.constantFrom('luma' as const, 'channel' as const),
  }),
  fc.record({ kind: fc.constant('saturation' as const), factor: fc.double({ min: 0, max: 2, noNaN: true }) }),
  fc.record({ kind: fc.constant('hue' as const), turns: fc.double({ min: -0.5, max: 0.5, noNaN: true }) }),
);

test('a run of steps has the bytes of one call after the other, and stays in [0, 1]', () => {
  const property = fc.property(anyImage, fc.array(anyStep, { maxLength: 5 }), (input, steps) => {
    const together = values(adjustColors(input, steps));
    const single = values(steps.reduce((current, step) => adjustColors(current, [step]), input));
    expect([...together]).toEqual([...single]);
    for (const value of together) expect(value >= 0 && value <= 1).toBe(true);
  });
  fc.assert(property, { seed: 11, numRuns: 200 });
});

test('steps that change nothing give the image back exactly', () => {
  const property = fc.property(anyImage, (input) => {
    for (const same of [
      adjustBrightness(input, 1),
      adjustContrast(input, 1),
      adjustSaturation(input, 1),
      adjustHue(input, 0),
      adjustHue(input, 1),
    ]) {
      expect([...values(same)]).toEqual([...values(input)].map((value) => value + 0));
    }
  });
  fc.assert(property, { seed: 12, numRuns: 100 });
});

test('hue keeps the largest and the smallest channel, and turning back gives the image again', () => {
  const property = fc.property(level, level, level, fc.double({ min: -0.5, max: 0.5, noNaN: true }), (r, g, b, turns) => {
    const turned = adjustHue(image(Float32Array.of(r, g, b), 3, 1, 1), turns);
    expect(Math.max(...values(turned))).toBeCloseTo(Math.max(r, g, b), 5);
    expect(Math.min(...values(turned))).toBeCloseTo(Math.min(r, g, b), 5);
    const back = values(adjustHue(turned, -turns));
    for (const [i, value] of [r, g, b].entries()) expect(back[i]).toBeCloseTo(value, 4); // float32 angles of nearly gray pixels
  });
  fc.assert(property, { seed: 13, numRuns: 300 });
});

test('one channel is gray by itself: saturation, hue and grayscale leave it, contrast takes its own mean', () => {
  const gray = image(Float32Array.of(0.2, 0.6), 1, 1, 2);
  for (const same of [adjustSaturation(gray, 0), adjustHue(gray, 0.3), grayscale(gray)])
    expect([...values(same)]).toEqual([...values(gray)]);
  for (const value of values(adjustContrast(gray, 0))) expect(value).toBeCloseTo(0.4, 6);
});

test('denormalizing takes normalizing back', () => {
  const [mean, deviation] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ];
  const back = values(denormalizeChannels(normalizeChannels(pair, mean, deviation), mean, deviation));
  for (const [i, value] of values(pair).entries()) expect(back[i]).toBeCloseTo(value, 6);
  expect(() => normalizeChannels(pair, [0], [1])).toThrow('expected 3 means');
});

test('inputs are never modified', () => {
  const before = [...values(pair)];
  adjustColors(pair, [{ kind: 'brightness', factor: 0.5 }]);
  mapImage(pair, () => 0);
  expect([...values(pair)]).toEqual(before);
});
