import { type ContrastBatch, type EncodedViews, type Pairing, pairs, sparseWeights } from '@viewforge/core';
import { zeros } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { exampleEncodedViews } from './example-batches.ts';
import { brokenLaws } from './law.ts';
import { obeysPairingLaws, pairingLaws } from './pairing-laws.ts';

const plain = ({ views }: EncodedViews): ContrastBatch => pairs(views['view']![0]!.features, views['view']![1]!.features);

const pairing = (batchOf: (encoded: EncodedViews) => ContrastBatch, start: () => number[] = () => []): Pairing<number[]> => ({
  kind: 'pairing',
  name: 'example',
  version: 1,
  makes: 'contrast',
  start,
  pair: (encoded, state) => ({
    batch: batchOf(encoded),
    state: [...state, 1],
    pullback: ({ queries, keys }) => {
      const like = encoded.views['view']![0]!.features;
      return { view: [queries ?? zeros(like.shape, like), keys?.[0] ?? zeros(like.shape, like)] };
    },
  }),
});

obeysPairingLaws(pairing(plain));

test.each<[string, Pairing<number[]>, string]>([
  [
    'with targets that sum to 2',
    pairing((encoded) => ({ ...plain(encoded), targets: sparseWeights(encoded.items.map((_, i) => [[i, 2]])) })),
    'rows of targets sum to 1, or to 0',
  ],
  [
    'that excludes a positive',
    pairing((encoded) => ({ ...plain(encoded), excluded: { kind: 'self' } })),
    'an excluded key has target 0',
  ],
  [
    'that mixes up its gradients',
    pairing((encoded) => pairs(encoded.views['view']![1]!.features, encoded.views['view']![0]!.features)),
    'pullback agrees with finite differences',
  ],
  [
    'that pulls back from frozen keys',
    pairing((encoded) => ({ ...plain(encoded), frozen: [true] })),
    'what is said of a frozen block goes nowhere',
  ],
  [
    'with a mark for no block',
    pairing((encoded) => ({ ...plain(encoded), frozen: [false, true] })),
    'what is said of a frozen block goes nowhere',
  ],
  ['that keeps its state', keeping(), 'a start is fresh each time'],
])('a pairing %s is found', async (_, part, law) => {
  expect(await brokenLaws(pairingLaws(part))).toContain(law);
});

test('a gradient that stops is no mistake where it is said', async () => {
  const stopping = pairing(plain);
  const part: Pairing<number[]> = {
    ...stopping,
    pair: (encoded, state, progress) => {
      const paired = stopping.pair(encoded, state, progress);
      return { ...paired, pullback: ({ queries }) => paired.pullback(queries ? { queries } : {}) };
    },
  };
  const examples = [exampleEncodedViews()];
  expect(await brokenLaws(pairingLaws(part, examples))).toEqual(['pullback agrees with finite differences']);
  expect(await brokenLaws(pairingLaws(part, examples, ['queries']))).toEqual([]);
});

function keeping(): Pairing<number[]> {
  const kept: number[] = [];
  const part = pairing(plain, () => kept);
  return {
    ...part,
    pair: (encoded, state, progress) => {
      kept.push(1);
      return { ...part.pair(encoded, state, progress), state: kept };
    },
  };
}
