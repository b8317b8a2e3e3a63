import { sparseWeights } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { createRandom } from '@viewforge/random';
import { features } from '@viewforge/tensor';
import { blendRows, exampleViewBatch } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { mixco } from './mixco.ts';

const context = { epoch: 0, step: 0, fraction: 0 };

test('logits (1, 0, 0.5, -1) against the soft target (0.6, 0, 0.4, 0) cost 0.946567', () => {
  const unit = Float64Array.from({ length: 16 }, (_, at) => Number(at % 5 === 0));
  const soft = [
    [0, 0.6],
    [2, 0.4],
  ] as const;
  const { value } = infoNce({ temperature: 1, similarity: 'dot' }).measure({
    queries: features(Float64Array.of(1, 0, 0.5, -1), 1, 4),
    keys: [features(unit, 4, 4)],
    targets: sparseWeights([soft]),
    excluded: { kind: 'none' },
  });
  expect(value).toBeCloseTo(0.946567, 6);
});

test('the halves are mixed with each other by own weights; the last row of an odd batch stays clean', () => {
  const batch = exampleViewBatch([5, 1, 2, 2]);
  const drawn = mixco().draw(batch, createRandom(1), context)!;
  const rows = blendRows(mixco().apply(batch, drawn));
  expect(drawn.partners).toEqual([2, 3, 0, 1, 4]);
  expect(rows[4]).toEqual([0, 0, 0, 0, 1]);
  for (let i = 0; i < 4; i++) {
    expect(rows[i]![i]).toBe(Math.fround(drawn.weights[i]!));
    expect(rows[i]![(i + 2) % 4]).toBe(Math.fround(1 - drawn.weights[i]!));
  }
  expect(new Set(drawn.weights).size).toBe(5);
});

test('weights are uniform in [0, 1): mean 1/2, variance 1/12', () => {
  const batch = exampleViewBatch([500, 1, 1, 1]);
  const weights = [1, 2, 3, 4].flatMap((seed) => [...mixco().draw(batch, createRandom(seed), context)!.weights]);
  const mean = weights.reduce((sum, each) => sum + each, 0) / 2000;
  expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / 2000));
  expect(Math.abs(weights.reduce((sum, each) => sum + (each - 0.5) ** 2, 0) / 2000 - 1 / 12)).toBeLessThan(0.01);
});
