import { createRandom } from '@viewforge/random';
import { tensor, values } from '@viewforge/tensor';
import { exampleViewBatch, exampleViewBatches, mixerPullbackError, obeysMixerLaws, obeysOptionLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { type EmbeddingNoiseDraw, embeddingNoise } from './embedding-noise.ts';

obeysOptionLaws(embeddingNoise);
obeysMixerLaws(embeddingNoise(), [...exampleViewBatches(), exampleViewBatch([4, 7])]);

const drawn: EmbeddingNoiseDraw = { rows: [1], seed: 6, size: 1, stage: 0, channels: null };
const zeros = (shape: readonly number[]) => ({
  values: tensor(new Float64Array(shape.reduce((a, b) => a * b)), shape),
  blend: { kind: 'identity' } as const,
});

test('noise of a row is a number for its channel plus one for its position, and other rows have none', () => {
  const noisy = values(embeddingNoise().apply(zeros([2, 3, 2, 2]), drawn).values);
  expect([...noisy.subarray(0, 12)]).toEqual(Array(12).fill(0));
  const at = (channel: number, position: number) => noisy[12 + 4 * channel + position]!;
  for (const channel of [1, 2])
    for (const position of [1, 2, 3]) expect(at(channel, position) - at(channel, 0)).toBeCloseTo(at(0, position) - at(0, 0), 6); // float32 noise
  expect(new Set(noisy.subarray(12)).size).toBe(12);
});

test('its variance is twice the square of the size', () => {
  const n = 400;
  const rows = Array.from({ length: n }, (_, i) => i);
  const noisy = [...values(embeddingNoise().apply(zeros([n, 10, 10, 1]), { ...drawn, rows, size: 0.5 }).values)];
  const variance = noisy.reduce((sum, value) => sum + value * value, 0) / noisy.length;
  expect(Math.abs(variance / 0.5 - 1)).toBeLessThan(0.08); // five deviations of 1 / sqrt(400 * 10)
});

test('a size of 0 is the identity, half of the rows are chosen, and one alone is not', () => {
  const batch = exampleViewBatch([5, 2, 2, 2]);
  expect(values(embeddingNoise().apply(batch, { ...drawn, size: 0 }).values)).toEqual(values(batch.values));
  const context = { epoch: 0, step: 0, fraction: 0 };
  expect(embeddingNoise().draw(batch, createRandom(1), context).rows).toHaveLength(2);
  expect(embeddingNoise().draw(exampleViewBatch([1, 2, 2, 2]), createRandom(1), context).rows).toEqual([]);
});

test('gradients flow as they are', () => {
  expect(mixerPullbackError(embeddingNoise(), exampleViewBatch([2, 2, 2, 2]), drawn).worst).toBeLessThan(1e-6);
});
