import type { Encoder } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { tensor, values } from '@viewforge/tensor';
import {
  exampleViewBatch,
  exampleViewBatches,
  flattenEncoder,
  mixerPullbackError,
  obeysMixerLaws,
  obeysOptionLaws,
  running,
} from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { decodeShuffled, latentShuffle } from './latent-shuffle.ts';

obeysOptionLaws(latentShuffle);
obeysMixerLaws(latentShuffle(), [...exampleViewBatches(), exampleViewBatch([4, 7])]);
obeysMixerLaws(latentShuffle({ width: 2 }), [exampleViewBatch([4, 7]), exampleViewBatch([1, 3])]);

const batch = {
  values: tensor(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3]),
  blend: { kind: 'identity' } as const,
  labels: Int32Array.of(8, 9),
};
const drawn = { partners: [1, 0], width: 2, share: 0.5, stage: 1 };

test('[1 2 | 3] and [4 5 | 6] become [1 2 | 6] and [4 5 | 3], and stay who they are', () => {
  const mixed = latentShuffle().apply(batch, drawn);
  expect([...values(mixed.values)]).toEqual([1, 2, 6, 4, 5, 3]);
  expect(mixed.labels).toBe(batch.labels);
  expect(mixed.blend).toBe(batch.blend);
});

test('a permutation and then its inverse restore', () => {
  const given = exampleViewBatch([3, 5]);
  const there = latentShuffle().apply(given, { ...drawn, partners: [1, 2, 0] });
  expect(values(there.values)).not.toEqual(values(given.values));
  expect(values(latentShuffle().apply(there, { ...drawn, partners: [2, 0, 1] }).values)).toEqual(values(given.values));
});

test('without a width the share of channels is kept, of maps in whole channels', () => {
  const maps = { ...batch, values: tensor(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), [2, 3, 2]) };
  const kept = (share: number) => [...values(latentShuffle().apply(maps, { ...drawn, width: null, share }).values)].slice(0, 6);
  expect(kept(0.4)).toEqual([1, 2, 9, 10, 11, 12]);
  expect(kept(0)).toEqual([7, 8, 9, 10, 11, 12]);
  expect(kept(1)).toEqual([1, 2, 3, 4, 5, 6]);
});

test('an item alone stays', () => {
  const alone = exampleViewBatch([1, 4]);
  expect(values(latentShuffle().apply(alone, { ...drawn, partners: [0] }).values)).toEqual(values(alone.values));
});

test('embeddings that have no second part are refused', () => {
  expect(() => latentShuffle().apply(batch, { ...drawn, width: 3 })).toThrow(
    'latent-shuffle: expected embeddings of more than 3 channels, got [2,3]',
  );
});

test('gradients are routed to who gave what', () => {
  const slopes = tensor(Float64Array.of(1, 2, 30, 4, 5, 60), [2, 3]);
  expect([...values(latentShuffle().pullback!(batch, drawn, { values: slopes }).values!)]).toEqual([1, 2, 60, 4, 5, 30]);
  expect(mixerPullbackError(latentShuffle(), exampleViewBatch([3, 5]), { ...drawn, partners: [2, 0, 1] }).worst).toBeLessThan(
    1e-6,
  );
});

test('a decoder gets both parts by name and gives samples', async () => {
  const seen: Record<string, number[]> = {};
  const decoder: Encoder = {
    ...flattenEncoder([2]),
    encode: async (inputs) => {
      for (const [name, input] of Object.entries(inputs)) seen[name] = [...input.data];
      return { features: tensor(Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7), [2, 4]) };
    },
  };
  const decoded = await decodeShuffled(latentShuffle().apply(batch, drawn), 2, decoder, running());
  expect(seen).toEqual({ identity: [1, 2, 4, 5], nuisance: [6, 3] });
  expect([...decoded.values.shape]).toEqual([2, 4]);
  expect(decoded.labels).toBe(batch.labels);
  const empty = { ...decoder, encode: async () => ({}) };
  await expect(decodeShuffled(batch, 2, empty, running())).rejects.toThrow('expected features of 2 items, got [nothing]');
});

test('no second part at the input is refused when it is drawn', () => {
  const context = { epoch: 0, step: 0, fraction: 0, stages: 2 };
  const part = (stage: number) => latentShuffle({ width: batch.values.shape[1]!, stage });
  expect(() => part(0).draw(batch, createRandom(1), context)).toThrow('latent-shuffle: expected embeddings of more than');
  expect(part(2).draw(batch, createRandom(1), context).stage).toBe(2);
});
