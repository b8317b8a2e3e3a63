import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { exampleViewBatch, exampleViewBatches, obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { inputMix } from './input-mix.ts';

const context = { epoch: 0, step: 0, fraction: 0 };
const batch = exampleViewBatch([6, 3, 2, 2]);

obeysMixerLaws(inputMix({ count: 3 }), exampleViewBatches());

test.each([1, 2, 5])('with %d others every item keeps at least half of itself, and weights sum to 1', (count) => {
  const { sources } = inputMix({ count }).draw(batch, createRandom(2), context)!;
  expect(sources).toHaveLength(6);
  sources.forEach((of, i) => {
    expect(of).toHaveLength(count + 1);
    expect(of[0]![0]).toBe(i);
    expect(of[0]![1]).toBeGreaterThanOrEqual(0.5);
    expect(of.reduce((sum, [, weight]) => sum + weight, 0)).toBeCloseTo(1, 12);
  });
});

test('values are those sums, and the blend stays that of the items', () => {
  const drawn = inputMix({ count: 2 }).draw(batch, createRandom(3), context)!;
  const mixed = inputMix().apply(batch, drawn);
  expect(mixed.blend).toBe(batch.blend);
  drawn.sources.forEach((of, i) => {
    for (let k = 0; k < 12; k++) {
      const sum = of.reduce((total, [row, weight]) => total + weight * values(batch.values)[row * 12 + k]!, 0);
      expect(values(mixed.values)[i * 12 + k]).toBeCloseTo(sum, 6);
    }
  });
});
