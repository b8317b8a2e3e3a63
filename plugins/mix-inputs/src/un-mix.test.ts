import { pairs } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { createRandom } from '@viewforge/random';
import { stack, unstack } from '@viewforge/tensor';
import { blendRows, exampleFeatures, exampleViewBatch, exampleViewBatches, obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { mixPairs } from './mixup.ts';
import { unMix } from './un-mix.ts';

const context = { epoch: 0, step: 0, fraction: 0 };

obeysMixerLaws(unMix({ whole: 0 }), exampleViewBatches());
obeysMixerLaws(unMix({ whole: 1 }), [exampleViewBatch([5, 4])]);

test('the loss on the blend is w times the loss in order plus 1 - w times the loss of the reversed queries', () => {
  const [queries, keys] = [exampleFeatures(5, 4, 0), exampleFeatures(5, 4, 1)];
  const reversed = stack([4, 3, 2, 1, 0].map((row) => unstack(queries, row)));
  const loss = infoNce({ temperature: 0.2 });
  for (const weight of [0.3, 1]) {
    const { blend } = mixPairs(exampleViewBatch([5, 1, 2, 2]), { weights: [weight], partners: [4, 3, 2, 1, 0] });
    const together = loss.measure({ ...pairs(queries, keys), targets: blend }).value;
    const apart = weight * loss.measure(pairs(queries, keys)).value + (1 - weight) * loss.measure(pairs(reversed, keys)).value;
    expect(together).toBeCloseTo(apart, 6); // targets are float32
  }
});

test('the middle item of an odd batch meets itself, and all share one weight', () => {
  const batch = exampleViewBatch([3, 1, 8, 8]);
  for (const part of [unMix({ whole: 0 }), unMix({ whole: 1 })]) {
    const rows = blendRows(part.apply(batch, part.draw(batch, createRandom(4), context)));
    expect(rows[1]).toEqual([0, 1, 0]);
    expect(rows[0]).toEqual([...rows[2]!].reverse());
    expect(rows[0]![0]! + rows[0]![2]!).toBeCloseTo(1, 6);
  }
});

test('a batch is blended as a whole as often as the option says', () => {
  const batch = exampleViewBatch([4, 1, 4, 4]);
  const share = (whole: number) =>
    Array.from({ length: 400 }, (_, seed) => 'weights' in unMix({ whole }).draw(batch, createRandom(seed), context)!).filter(
      Boolean,
    ).length / 400;
  expect(share(0)).toBe(0);
  expect(share(1)).toBe(1);
  expect(Math.abs(share(0.5) - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / 400));
});
