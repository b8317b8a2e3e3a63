import { createRandom } from '@viewforge/random';
import { exampleViewBatch } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { weakMixup } from './weak-mixup.ts';

const batch = exampleViewBatch([3, 1, 2, 2]);
const weights = (part: ReturnType<typeof weakMixup>) =>
  Array.from(
    { length: 1000 },
    (_, seed) => part.draw(batch, createRandom(seed), { epoch: 0, step: 0, fraction: 0 })!.weights[0]!,
  );

test('weights are 1 - 0.25 Beta(0.2, 0.2): in [0.75, 1], with mean 0.875, mostly near the ends', () => {
  const drawn = weights(weakMixup());
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0.75);
  expect(Math.max(...drawn)).toBeLessThanOrEqual(1);
  const deviation = 0.25 * Math.sqrt(1 / (4 * 1.4));
  expect(Math.abs(drawn.reduce((sum, each) => sum + each, 0) / 1000 - 0.875)).toBeLessThan((5 * deviation) / Math.sqrt(1000));
  expect(drawn.filter((weight) => weight > 0.8 && weight < 0.95).length).toBeLessThan(400);
});

test('an alpha of 0 does not mix', () => {
  expect(new Set(weights(weakMixup({ alpha: 0 })))).toEqual(new Set([1]));
});
