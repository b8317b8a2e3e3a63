import { createRandom, permutation } from '@viewforge/random';
import { tensor, values } from '@viewforge/tensor';
import {
  blendRows,
  exampleViewBatch,
  exampleViewBatches,
  mixerPullbackError,
  obeysMixerLaws,
  obeysOptionLaws,
} from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { sphericalMixup } from './spherical-mixup.ts';

obeysOptionLaws(sphericalMixup);
obeysMixerLaws(sphericalMixup(), [...exampleViewBatches(), exampleViewBatch([4, 7])]);

const batchOf = (...numbers: number[]) => ({
  values: tensor(Float64Array.from(numbers), [2, 2]),
  blend: { kind: 'identity' } as const,
});

test('half way along the arc, half of each label', () => {
  const mixed = sphericalMixup().apply(batchOf(1, 0, 0, 1), { partners: [1, 0], shares: [0.5, 0.25], stage: 1 });
  expect([...values(mixed.values)]).toEqual(
    [Math.SQRT1_2, Math.SQRT1_2, Math.sin(Math.PI / 8), Math.cos(Math.PI / 8)].map((value) => expect.closeTo(value, 12)),
  );
  expect(blendRows(mixed)).toEqual([
    [0.5, 0.5],
    [0.25, 0.75],
  ]);
});

test('antipodal rows stay and keep their label, as does everything at a share of 0', () => {
  for (const [batch, share] of [
    [batchOf(1, 0, -2, 0), 0.5],
    [batchOf(1, 2, 3, 4), 0],
  ] as const) {
    const mixed = sphericalMixup().apply(batch, { partners: [1, 0], shares: [share, share], stage: 1 });
    expect(values(mixed.values)).toEqual(values(batch.values));
    expect(blendRows(mixed)).toEqual([
      [1, 0],
      [0, 1],
    ]);
  }
});

test('partners are drawn first, then shares from the range, and the stage is the embedding', () => {
  const random = createRandom(4);
  const partners = permutation(random, 3);
  const shares = [0, 1, 2].map(() => random.uniform(0.2, 0.4));
  const part = sphericalMixup({ shareRange: [0.2, 0.4] });
  const drawn = part.draw(exampleViewBatch([3, 2]), createRandom(4), { epoch: 0, step: 0, fraction: 0, stages: 4 });
  expect(drawn).toEqual({ partners, shares, stage: 4 });
  expect(part.stageOf!(drawn)).toBe(4);
});

test('gradients flow to both rows', () => {
  const params = { partners: [1, 2, 2], shares: [0.3, 0.8, 0.5], stage: 1 };
  expect(mixerPullbackError(sphericalMixup(), exampleViewBatch([3, 2, 2]), params).worst).toBeLessThan(1e-6);
});
