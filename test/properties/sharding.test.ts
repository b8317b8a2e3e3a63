import type { AnyFactory, Loss, LossGradients } from '@viewforge/core';
import { combineReports, combineShards, plugin, shardContrast } from '@viewforge/losses';
import { type Tensor, values } from '@viewforge/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contrastBatch, plainBatches } from './contrast-batches.ts';
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
      expectSame(together, whole);
      const { gradients: _, ...report } = together;
      expect(combineReports(batch, found)).toEqual(report);
    });
    fc.assert(property, { seed: 1, numRuns: 40, includeErrorInReport: true });
  });
});

function expectSame(found: LossGradients, whole: LossGradients): void {
  expectNear([found.value], [whole.value]);
  expectNear(found.perQuery, whole.perQuery);
  expect(Object.keys(found.parts).sort()).toEqual(Object.keys(whole.parts).sort());
  for (const [name, part] of Object.entries(whole.parts)) expectNear([found.parts[name]!], [part], name);
  const [arrays, expected] = [found, whole].map(({ gradients }): (Tensor | undefined)[] => [
    gradients.queries,
    ...gradients.keys!,
    gradients.extras,
  ]);
  expected!.forEach((gradient, a) => {
    expect(arrays![a]?.shape).toEqual(gradient?.shape);
    if (gradient) expectNear(values(arrays![a]!), values(gradient), `gradient ${a}`);
  });
}

/** Sums in another order: to 1e-9 of the largest number. */
function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, what = 'number'): void {
  expect(actual.length).toBe(expected.length);
  const size = Array.from(expected).reduce((most, each) => (Number.isNaN(each) ? most : Math.max(most, Math.abs(each))), 1e-3);
  for (let i = 0; i < expected.length; i++) {
    const message = `${what} ${i}: ${actual[i]}, not ${expected[i]}`;
    if (Number.isNaN(expected[i]!)) expect(actual[i], message).toBeNaN();
    else expect(Math.abs(actual[i]! - expected[i]!), message).toBeLessThanOrEqual(1e-9 * size);
  }
}
