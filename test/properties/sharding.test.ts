import type { AnyFactory, ContrastBatch, Loss, LossGradients } from '@viewforge/core';
import { combineReports, combineShards, plugin, shardContrast } from '@viewforge/losses';
import { values } from '@viewforge/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lengthsIn, slotsOf } from './batch-arrays.ts';
import { contrastBatch, plainBatches } from './contrast-batches.ts';
import { expectNear, largest } from './nearness.ts';
import { likelyOptions } from './options.ts';

// Every shipped loss that is a mean over queries: a batch in any number of shards says the same as the whole.

const losses = (plugin.provides as readonly AnyFactory[]).flatMap((factory) =>
  factory.kind === 'loss' && factory().measures === 'contrast' ? [{ name: factory.about.name, factory }] : [],
);

describe.each(losses)('$name', ({ factory }) => {
  const make = factory as unknown as (options: Readonly<Record<string, unknown>>) => Loss;

  test('shards put together are the whole, or are refused where the loss is no mean over queries', () => {
    const trials = fc.record({ options: likelyOptions(factory), plain: plainBatches, parts: fc.integer({ min: 1, max: 14 }) });
    const property = fc.property(trials, ({ options, plain, parts }) => {
      const loss = make(options);
      const batch = contrastBatch(plain);
      const whole = loss.differentiate(batch);
      const found = shardContrast(batch, parts).map((shard) => loss.differentiate(shard));
      if (whole.perQuery.length === 0) {
        expect(() => combineShards(batch, found)).toThrow('expected perQuery');
        return;
      }
      const together = combineShards(batch, found);
      expectSame(batch, together, whole);
      const { gradients: _, ...report } = together;
      expect(combineReports(batch, found)).toEqual(report);
    });
    fc.assert(property, { seed: 1, numRuns: 40, includeErrorInReport: true });
  });
});

function expectSame(batch: ContrastBatch, found: LossGradients, whole: LossGradients): void {
  expectAlike([found.value], [whole.value]);
  expectAlike(found.perQuery, whole.perQuery);
  expect(Object.keys(found.parts).sort()).toEqual(Object.keys(whole.parts).sort());
  for (const [part, expected] of Object.entries(whole.parts)) expectAlike([found.parts[part]!], [expected], part);
  const [gradients, expected] = [slotsOf(found.gradients), slotsOf(whole.gradients)];
  expect(gradients.map(({ field, place }) => [field, place])).toEqual(expected.map(({ field, place }) => [field, place]));
  expected.forEach(({ field, place, array }, g) => {
    // rounding of directions is divided by the lengths of rows
    const lengths = lengthsIn(slotsOf(batch).find((slot) => slot.field === field && slot.place === place)!.array);
    const [own, other] = [gradients[g]!.array, array].map((each) => values(each).map((number, i) => number * (lengths[i] || 1)));
    expectAlike(own!, other!, `gradient of ${field}`);
  });
}

/** Sums in another order: to 1e-9 of the largest number. */
function expectAlike(actual: ArrayLike<number>, expected: ArrayLike<number>, what = 'number'): void {
  expectNear(actual, expected, Math.max(1e-3, largest(expected)), 1e-9, what);
}
