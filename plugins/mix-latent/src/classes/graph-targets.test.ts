import { type ContrastBatch, eachWeight, pairs, sparseExclusion, sparseWeights } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { createRandom } from '@viewforge/random';
import { type Features, features } from '@viewforge/tensor';
import { exampleBatches, obeysMixerLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { graphTargets } from './graph-targets.ts';

const context = { epoch: 0, step: 0, fraction: 0 };
/** Keys by falling cosine with query 0: 2, 0, 1, 3. */
const keys = rows([1, 0.5], [0, 1], [1, 0.1], [-1, 0]);
const batch: ContrastBatch = { ...pairs(rows([1, 0]), keys), targets: sparseWeights([[[0, 1]]]) };

obeysMixerLaws(
  graphTargets({ neighbors: 2 }),
  exampleBatches().map((each) => each.batch),
);

test('the nearest keys that are not its own get the share, alike', () => {
  expect(targetsOf(mix(batch, { neighbors: 2, share: 0.5 }))).toEqual([{ 0: 0.5, 1: 0.25, 2: 0.25 }]);
  expect(targetsOf(mix(batch, { neighbors: 1, share: 1 }))).toEqual([{ 2: 1 }]);
});

describe('what a query may be given', () => {
  test('it never sees: excluded keys', () => {
    const hidden = { ...batch, excluded: sparseExclusion([[2]]) };
    expect(targetsOf(mix(hidden, { neighbors: 1, share: 0.5 }))).toEqual([{ 0: 0.5, 1: 0.5 }]);
  });

  test('fewer keys than asked for: all of them, and none leaves it as it was', () => {
    const short = { ...batch, excluded: sparseExclusion([[1, 2]]) };
    expect(targetsOf(mix(short, { neighbors: 5, share: 0.5 }))).toEqual([{ 0: 0.5, 3: 0.5 }]);
    const alone = { ...batch, excluded: sparseExclusion([[1, 2, 3]]) };
    expect(targetsOf(mix(alone, { neighbors: 5, share: 1 }))).toEqual([{ 0: 1 }]);
  });

  test('no positive of its own: everything', () => {
    expect(targetsOf(mix({ ...batch, targets: sparseWeights([[]]) }, { neighbors: 2, share: 0.25 }))).toEqual([
      { 0: 0.5, 2: 0.5 },
    ]);
  });

  test('keys with NaN are none', () => {
    const broken = { ...batch, keys: [rows([1, 0.5], [0, 1], [Number.NaN, 0], [-1, 0])] };
    expect(targetsOf(mix(broken, { neighbors: 3, share: 0.5 }))).toEqual([{ 0: 0.5, 1: 0.25, 3: 0.25 }]);
  });
});

test('a share of 0 leaves the batch as it was', () => {
  expect(mix(batch, { share: 0 })).toBe(batch);
});

test('a positive is no negative: of a triplet, and of the loss', () => {
  const both = { queries: Int32Array.of(0, 0), positives: Int32Array.of(0, 0), negatives: Int32Array.of(2, 3) };
  const { triplets } = mix({ ...batch, triplets: both }, { neighbors: 1, share: 0.5 });
  expect(triplets).toEqual({ queries: Int32Array.of(0), positives: Int32Array.of(0), negatives: Int32Array.of(3) });
  const loss = infoNce({ temperature: 1, positives: 'apart' });
  const [plain, mixed] = [batch, mix(batch, { neighbors: 3, share: 1 })].map((each) => loss.measure(each));
  expect(plain!.parts['negatives']).toBe(3);
  expect(mixed!.parts['negatives']).toBe(1);
});

test('columns count through blocks, and gradients pass as they are', () => {
  const split = { ...batch, keys: [rows([1, 0.5], [0, 1]), rows([1, 0.1], [-1, 0])], frozen: [false, true] };
  const mixed = mix(split, { neighbors: 1, share: 0.5 });
  expect(targetsOf(mixed)).toEqual([{ 0: 0.5, 2: 0.5 }]);
  expect(mixed.frozen).toBe(split.frozen);
  const part = graphTargets();
  const gradients = { queries: rows([1, 2]) };
  expect(part.pullback!(batch, part.draw(batch, createRandom(1), context), gradients)).toBe(gradients);
});

function mix(given: ContrastBatch, options: Parameters<typeof graphTargets>[0]): ContrastBatch {
  const part = graphTargets(options);
  return part.apply(given, part.draw(given, createRandom(1), context));
}

function targetsOf({ targets, queries }: ContrastBatch): Record<number, number>[] {
  return Array.from({ length: queries.shape[0]! }, (_, row) => {
    const found: Record<number, number> = {};
    eachWeight(targets, row, (column, weight) => {
      found[column] = weight;
    });
    return found;
  });
}

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}
