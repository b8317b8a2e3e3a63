import { readModel } from '@viewforge/graph';
import { tensor, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { ownFeeding } from '../feeding.ts';
import { sessionEncoder } from '../session-encoder.ts';
import { heavyNetworkCost, heavyNetworkModel } from './heavy-network-model.ts';

test('the cost of an item is that of its convolutions, counted by hand', () => {
  // pixels of a stage * channels in * channels out * 9, the same for every inner convolution of every stage
  const inner = 56 * 56 * 64 * 64 * 9;
  const stem = 112 * 112 * 3 * 64 * 49;
  const past = 28 * 28 * 64 * 128 + 14 * 14 * 128 * 256;
  expect(heavyNetworkCost(224)).toBe(stem + (12 + 15 + 9) * inner + 2 * (inner / 2) + past);
  expect(heavyNetworkCost(224)).toBeGreaterThan(4e9);
});

test('it takes images of any size, keeps their scale, tells them apart, and the seed decides', async () => {
  const { inputs, outputs } = readModel(heavyNetworkModel({ seed: 0, width: 16 }));
  expect(inputs).toEqual([{ name: 'image', type: 'float32', shape: ['n', 3, 'h', 'w'] }]);
  expect(outputs).toEqual([{ name: 'features', type: 'float32', shape: ['n', 16] }]);
  const image = tensor(
    Float32Array.from({ length: 2 * 3 * 32 * 32 }, (_, i) => Math.abs(Math.sin(i * i))),
    [2, 3, 32, 32],
  );
  const rows = async (seed: number) => {
    const choice = { providers: ['cpu'] as const, threads: 1, spinning: false, maxBatch: 2 };
    const feeding = ownFeeding(undefined, 16);
    const encoder = sessionEncoder('heavy', choice, () => ({ model: heavyNetworkModel({ seed, width: 16 }), feeding }));
    const { features } = await encoder.encode({ image }, { signal: new AbortController().signal });
    await encoder.close();
    return Array.from(values(features!));
  };
  const first = await rows(0);
  const size = Math.sqrt(first.reduce((sum, value) => sum + value * value, 0) / first.length);
  expect(size).toBeGreaterThan(0.01);
  expect(size).toBeLessThan(100);
  expect(first.slice(0, 16)).not.toEqual(first.slice(16));
  expect(await rows(0)).toEqual(first);
  expect(await rows(1)).not.toEqual(first);
});
