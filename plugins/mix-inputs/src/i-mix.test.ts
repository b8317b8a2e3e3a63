import { type ContrastBatch, mixBlend, pairSources } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { createRandom } from '@viewforge/random';
import { features } from '@viewforge/tensor';
import { blendRows, exampleViewBatch, exampleViewBatches, obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { iMix } from './i-mix.ts';
import type { PairDraw } from './mixup.ts';

const context = { epoch: 0, step: 0, fraction: 0 };

obeysMixerLaws(iMix({ by: 'region' }), exampleViewBatches());

/** Queries whose dot products with the keys, the unit vectors, are these logits. */
function batchOf(logits: readonly (readonly number[])[], targets: ContrastBatch['targets']): ContrastBatch {
  const k = logits[0]!.length;
  const unit = Float64Array.from({ length: k * k }, (_, at) => Number(at % (k + 1) === 0));
  return {
    queries: features(Float64Array.from(logits.flat()), logits.length, k),
    keys: [features(unit, k, k)],
    targets,
    excluded: { kind: 'none' },
  };
}

test('logits of three queries mixed by (0.8, 0.7, 0.9): own 0.407606, partner 1.407606, together 0.607606', () => {
  const logits = [
    [2, 1, 0],
    [0, 2, 1],
    [1, 0, 2],
  ];
  const loss = infoNce({ temperature: 1, similarity: 'dot' });
  const measure = (weights: readonly number[]) =>
    loss.measure(batchOf(logits, mixBlend({ kind: 'identity' }, pairSources([1, 2, 0], weights)))).value;
  expect(measure([1])).toBeCloseTo(0.407606, 6);
  expect(measure([0])).toBeCloseTo(1.407606, 6);
  expect(measure([0.8, 0.7, 0.9])).toBeCloseTo(0.607606, 6);
});

test('weights are folded, one for each query', () => {
  const batch = exampleViewBatch([6, 3, 2, 2]);
  for (let seed = 0; seed < 20; seed++) {
    const drawn = iMix().draw(batch, createRandom(seed), context) as PairDraw;
    expect(drawn.weights).toHaveLength(6);
    expect(Math.min(...drawn.weights)).toBeGreaterThanOrEqual(0.5);
  }
});

test('a pasted region leaves at least half of the item', () => {
  const batch = exampleViewBatch([2, 1, 32, 32]);
  const part = iMix({ by: 'region', partners: 'next' });
  for (let seed = 0; seed < 50; seed++) {
    const mixed = part.apply(batch, part.draw(batch, createRandom(seed), context));
    expect(blendRows(mixed)[0]![0]).toBeGreaterThanOrEqual(0.5);
  }
});

test('a single query is its own partner', () => {
  const one = exampleViewBatch([1, 3, 2, 2]);
  const mixed = iMix().apply(one, iMix().draw(one, createRandom(1), context));
  expect(mixed.values.data).toEqual(one.values.data);
  expect(mixed.blend).toEqual({ kind: 'identity' });
});

test('the gradient flows to the queries by the mixed targets', () => {
  const targets = mixBlend({ kind: 'identity' }, pairSources([1, 0], [0.75]));
  const { gradients } = infoNce({ temperature: 1, similarity: 'dot' }).differentiate(
    batchOf(
      [
        [0, 0],
        [0, 0],
      ],
      targets,
    ),
  );
  // softmax (0.5, 0.5) minus targets, over two queries
  expect([...gradients.queries!.data]).toEqual([-0.125, 0.125, 0.125, -0.125].map((each) => expect.closeTo(each, 12)));
});
