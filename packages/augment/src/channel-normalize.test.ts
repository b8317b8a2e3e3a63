import { createRandom } from '@viewforge/random';
import { image, values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { channelNormalize } from './channel-normalize.ts';

obeysAugmenterLaws(channelNormalize, exampleImages());

test('the mean of ImageNet becomes 0, and one deviation more becomes 1', () => {
  const mean = [0.485, 0.456, 0.406];
  const deviation = [0.229, 0.224, 0.225];
  const two = image(Float32Array.from(mean.flatMap((value, c) => [value, value + deviation[c]!])), 3, 1, 2);
  const part = channelNormalize();
  const result = part.apply(two, part.draw(two.shape, createRandom(1), { epoch: 0, fraction: 0 }));
  [...values(result)].forEach((value, i) => {
    expect(value).toBeCloseTo(i % 2, 6); // float32
  });
});

test('a mean of 0 and a deviation of 1 change nothing', () => {
  const one = { mean: [0, 0, 0], deviation: [1, 1, 1] } as const;
  for (const each of exampleImages()) expect(values(channelNormalize().apply(each, one))).toEqual(values(each));
});

test('an image of one channel is SHAPE', () => {
  const draw = () => channelNormalize().draw([1, 4, 4], createRandom(1), { epoch: 0, fraction: 0 });
  expect(draw).toThrow(expect.objectContaining({ code: 'SHAPE', message: expect.stringContaining('[1,4,4]') }));
});
