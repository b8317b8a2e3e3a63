import type { ReconstructionBatch } from '@viewforge/core';
import { type Tensor, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, matchers, obeysBatchLossLaws, obeysOptionLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { doubleMask } from './double-mask.ts';
import { maskedReconstruction } from './masked-reconstruction.ts';

expect.extend(matchers);
obeysOptionLaws(doubleMask);
for (const pairs of ['same', 'all'] as const) {
  obeysBatchLossLaws(doubleMask({ pairs, consistencyWeight: 3 }), [
    { name: pairs, batch: example([0, 1, 1, 0, 1, 0], [1, 1, 0, 0, 1, 1]) },
    { name: `${pairs}, nothing shared`, batch: example([0, 1, 1, 0, 1, 0], [1, 0, 0, 1, 0, 1]) },
    { name: `${pairs}, nothing hidden`, batch: example([0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]) },
    { name: `${pairs}, all hidden`, batch: example([1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1]) },
    {
      name: `${pairs}, zero features`,
      batch: { ...example([0, 1, 1, 0, 1, 0], [1, 1, 0, 0, 1, 1]), features: [numbers(5, 4, 0), numbers(6)] },
      smooth: false,
    },
  ]);
}

describe('values worked out by hand', () => {
  const first = [1, 0, 0, 1, 1, 1];
  const second = [1, 0, 1, 0, 1, -1];
  const batch = features([first, second], [1, 0, 1], [1, 0, 1]);

  test('the same patch of both draws', () => {
    const { parts } = doubleMask().measure(batch);
    expect(parts['consistency']).toBeCloseTo(0.5, 12);
    expect(parts['shared']).toBe(2);
  });

  test('each shared patch with all of the item', () => {
    expect(doubleMask({ pairs: 'all' }).measure(batch).parts['consistency']).toBeCloseTo(0.313113, 6);
  });

  test('five groups, two masks', () => {
    const five = features(
      [
        [1, 0, 1, 0, 0, 1, 0, 1, 1, 1],
        [1, 0, 0, 1, 0, 1, 1, 1, 1, 1],
      ],
      [1, 1, 0, 1, 0],
      [0, 1, 1, 1, 0],
    );
    expect(doubleMask().measure(five).parts['consistency']).toBeCloseTo(0.646447, 6);
  });

  test('items are compared with themselves only', () => {
    // item 0 agrees with itself, item 1 not at all
    const two: ReconstructionBatch = {
      predictions: [zeros(), zeros()],
      originals: zeros(),
      masks: [Uint8Array.of(1, 1, 1, 0), Uint8Array.of(1, 1, 1, 0)],
      features: [
        tensor(Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1), [2, 2, 2]),
        tensor(Float64Array.of(1, 0, 1, 0, 1, 0, 1, 0), [2, 2, 2]),
      ],
    };
    expect(doubleMask({ pairs: 'all' }).measure(two).parts['consistency']).toBeCloseTo(1 / 3, 12);
    expect(doubleMask().measure(two).parts['consistency']).toBeCloseTo(1 / 3, 12);
  });
});

test('both reconstructions are added, and the weighted consistency', () => {
  const batch = example([0, 1, 1, 0, 1, 0], [1, 1, 0, 0, 1, 1]);
  const { value, parts } = doubleMask({ consistencyWeight: 3 }).measure(batch);
  const mean = maskedReconstruction().measure(batch).value;
  expect(parts['reconstruction']).toBeCloseTo(2 * mean, 12);
  expect(value).toBeCloseTo(2 * mean + 3 * parts['consistency']!, 12);
});

test('a weight of 0 leaves features without a gradient', () => {
  const batch = example([0, 1, 1, 0, 1, 0], [1, 1, 0, 0, 1, 1]);
  const { gradients } = doubleMask({ consistencyWeight: 0 }).differentiate(batch);
  for (const each of gradients.features!) expect(values(each!).every((slope) => slope === 0)).toBe(true);
});

test('features count only where they are compared', () => {
  const batch = example([0, 1, 1, 0, 1, 0], [1, 1, 0, 0, 1, 1]);
  const broken = values(batch.features![1]!).slice();
  broken[0] = Number.NaN; // patch 0 is hidden in draw 1 alone
  const wrong = { ...batch, features: [batch.features![0]!, tensor(broken, [2, 3, 4])] };
  expect(doubleMask().measure(wrong).value).toBe(doubleMask().measure(batch).value);
  expect(() => doubleMask({ pairs: 'all' }).measure(wrong)).toThrow('finite features, got others in patch 0 of draw 1');
});

test.each<[string, Partial<ReconstructionBatch>]>([
  ['two draws with features, got 2 and 0 features', { features: [] }],
  ['features of [2, 3, e] in draw 1, got [6,4]', { features: [numbers(0), exampleFeatures(6, 4)] }],
  ['a mask for each of 2 draws, got 1', { masks: [new Uint8Array(6)] }],
])('refused: expected %s', (message, wrong) => {
  const batch = example([0, 1, 1, 0, 1, 0], [1, 1, 0, 0, 1, 1]);
  expect(() => doubleMask().measure({ ...batch, ...wrong })).toThrow(`double-mask: expected ${message}`);
});

test('one draw is refused', () => {
  const { predictions, originals, masks, features: said } = example([0, 1, 1, 0, 1, 0], [1, 1, 0, 0, 1, 1]);
  const one = { predictions: predictions.slice(1), originals, masks: masks.slice(1), features: said!.slice(1) };
  expect(() => doubleMask().measure(one)).toThrow('expected two draws with features, got 1 and 1 features');
});

/** One item whose reconstruction is perfect, with features of two numbers. */
function features(each: readonly (readonly number[])[], ...masks: readonly (readonly number[])[]): ReconstructionBatch {
  const p = masks[0]!.length;
  const nothing = tensor(new Float64Array(p), [1, p, 1]);
  return {
    predictions: [nothing, nothing],
    originals: nothing,
    masks: masks.map((mask) => Uint8Array.from(mask)),
    features: each.map((rows) => tensor(Float64Array.from(rows), [1, p, 2])),
  };
}

/** Two items of three patches. */
function example(...masks: readonly (readonly number[])[]): ReconstructionBatch {
  return {
    predictions: [numbers(1), numbers(2)],
    originals: numbers(0),
    masks: masks.map((each) => Uint8Array.from(each)),
    features: [numbers(3), numbers(4)],
  };
}

function numbers(seed: number, d = 4, scale = 1): Tensor {
  return tensor(
    Float64Array.from(values(exampleFeatures(6, d, seed)), (each) => scale * each),
    [2, 3, d],
  );
}

function zeros(): Tensor {
  return tensor(new Float64Array(4), [2, 2, 1]);
}
