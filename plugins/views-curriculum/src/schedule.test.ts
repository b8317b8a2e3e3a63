import { gaussianBlur, horizontalFlip, resizeTo, solarize } from '@viewforge/augment';
import { sequence } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { exampleImages, examplePixels, obeysTransformLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { schedule } from './schedule.ts';

const dark = solarize({ thresholdRange: [0, 0.3] });
const light = solarize({ thresholdRange: [0.7, 1] });
const plan = schedule([
  { until: 0.25, part: horizontalFlip() },
  { until: 0.5, part: dark },
  { until: 1, part: light },
]);

obeysTransformLaws(plan, exampleImages());

test.each([
  [0, 0],
  [0.2499, 0],
  [0.25, 1],
  [0.4999, 1],
  [0.5, 2],
  [0.9999, 2],
])('at a share of %d, part %d is used', (fraction, stage) => {
  expect(plan.draw([3, 4, 4], createRandom(1), { epoch: 9, fraction }).stage).toBe(stage);
});

test('what is drawn and made is what the part itself draws and makes', () => {
  const [input] = exampleImages();
  const params = plan.draw(input!.shape, createRandom(4), { epoch: 0, fraction: 0.3 });
  const own = dark.draw(input!.shape, createRandom(4).fork(1), { epoch: 0, fraction: 0.3 });
  expect(params.params).toEqual(own);
  expect(values(plan.apply(input!, params))).toEqual(values(dark.apply(input!, own)));
});

test('only the share of epochs matters, not the epoch', () => {
  const at = (epoch: number) => plan.draw([3, 4, 4], createRandom(4), { epoch, fraction: 0.6 });
  expect(at(3)).toEqual(at(30));
});

test('parts may change the domain and the shape', () => {
  const growing = schedule([
    { until: 0.5, part: resizeTo({ size: 4 }) },
    { until: 1, part: resizeTo({ size: 9 }) },
  ]);
  const [picture] = examplePixels(1);
  for (const [fraction, side] of [
    [0.1, 4],
    [0.7, 9],
  ] as const) {
    const params = growing.draw(picture!.shape, createRandom(1), { epoch: 0, fraction });
    expect(growing.reshape(picture!.shape, params)).toEqual([3, side, side]);
    expect(growing.apply(picture!, params).shape).toEqual([3, side, side]);
  }
  expect(sequence(growing, horizontalFlip()).accepts).toBe('pixels');
});

test.each([
  ['do not reach 1', [0.5, 0.9]],
  ['go beyond 1', [0.5, 1.5]],
  ['do not grow', [0.5, 0.5, 1]],
  ['begin with an empty one', [0, 1]],
  ['are not numbers', [Number.NaN, 1]],
])('ends that %s are refused', (_, ends) => {
  expect(() => schedule(ends.map((until) => ({ until, part: gaussianBlur() })))).toThrow(/ends in \(0, 1\] that grow up to 1/);
});

test('no part, and parts of different domains, are refused', () => {
  expect(() => schedule([])).toThrow(/at least one part, got none/);
  const mixed = [
    { until: 0.5, part: gaussianBlur() as never },
    { until: 1, part: resizeTo() as never },
  ];
  expect(() => schedule(mixed)).toThrow(/expected parts from image to image, got "resize-to" from pixels to image/);
});
