import { type ContrastBatch, defineAugmenter, definePlan, type Mixer, type RunningMixer } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { mixerSession } from '@viewforge/onnx';
import { queue } from '@viewforge/pairings';
import { run } from '@viewforge/run';
import { image, pixels, type Tensor, values } from '@viewforge/tensor';
import { exampleSource, flattenEncoder } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { mochi } from './mochi.ts';

/** The four numbers of a picture, seen twice. */
const still = defineAugmenter({
  name: 'still',
  summary: 'Take the bytes as they are.',
  accepts: 'pixels',
  returns: 'image',
  draw: () => null,
  reshape: () => [1, 2, 2],
  apply: (from) =>
    image(
      Float32Array.from(from.data.slice(0, 4), (byte) => byte / 255 - 0.5),
      1,
      2,
      2,
    ),
});
const twice = definePlan({
  name: 'twice',
  summary: 'Two views that are alike.',
  groups: () => [{ role: 'view', count: 2, augment: still() }],
});

/** Twelve pictures of four bytes. */
const pictures = Array.from({ length: 12 }, (_, i) =>
  pixels(
    Uint8Array.from({ length: 12 }, (_, at) => (i * 37 + at * at * 91) % 256),
    2,
    2,
    3,
  ),
);

interface Seen {
  readonly epoch: number;
  readonly batch: ContrastBatch;
}

async function stepsOf(mixer: Mixer<'contrast'> | RunningMixer): Promise<{ losses: number[]; seen: Seen[] }> {
  const seen: Seen[] = [];
  const losses: number[] = [];
  const steps = run({
    source: exampleSource(pictures),
    plan: twice(),
    encoder: flattenEncoder([1, 2, 2]),
    pairing: queue({ capacity: 24, exclude: 'ids' }),
    loss: infoNce({ temperature: 0.2 }),
    mixers: [mixer],
    ...{ seed: 3, epochs: 3, batchSize: 4, workers: 0 },
    watch: ({ epoch, place, batch }) => {
      if (place === 1) seen.push({ epoch, batch });
    },
  });
  for await (const { loss } of steps) losses.push(loss.value);
  return { losses, seen };
}

const options = { pool: 5, count: 6, queryCount: 3, warmUp: 1 };

test('behind a queue, from the epoch after the warm-up on; through a session the same', async () => {
  const direct = await stepsOf(mochi(options));
  expect(direct.losses).toHaveLength(9);
  for (const { epoch, batch } of direct.seen) expect(batch.extras?.values.shape).toEqual(epoch < 1 ? undefined : [4, 9, 4]);
  const session = mixerSession(mochi(options), { from: 0 });
  const through = await stepsOf(session);
  for (const [step, value] of direct.losses.entries()) expect(through.losses[step]).toBeCloseTo(value, 5);
  expect(session.counts()).toMatchObject({ graph: 6, direct: 3 });
  await session.close();
});

test('an earlier key of the same item is mixed into nothing', async () => {
  // copies of the hardest negative alone: the key of the same item from the epoch before has cosine 1
  const { seen } = await stepsOf(mochi({ pool: 1, count: 1, queryCount: 0, warmUp: 2 }));
  const last = seen.filter(({ epoch }) => epoch === 2);
  expect(last).toHaveLength(3);
  for (const { batch } of last) {
    for (let query = 0; query < 4; query++) {
      expect(cosine(batch.queries, batch.extras!.values, query)).toBeLessThan(0.9999);
      expect(batch.extras!.counts[query]).toBe(1);
    }
  }
});

function cosine(a: Tensor, b: Tensor, row: number): number {
  const [x, y] = [a, b].map((rows) => [...values(rows).subarray(row * 4, row * 4 + 4)]) as [number[], number[]];
  return x.reduce((sum, value, i) => sum + value * y[i]!, 0) / (Math.hypot(...x) * Math.hypot(...y));
}
