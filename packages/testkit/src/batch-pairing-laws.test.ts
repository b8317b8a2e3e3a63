import { type BatchGradients, definePairing, type EncodedViews } from '@viewforge/core';
import { type Features, tensor, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { batchPairingLaws } from './batch-pairing-laws.ts';
import { brokenLaws } from './law.ts';

/** Doubles the views; the state counts batches. */
const doubling = definePairing({
  name: 'doubling',
  summary: 'Double.',
  makes: 'aligned',
  start: () => ({ batches: 0 }),
  pair: (encoded, state: { readonly batches: number }) => ({
    batch: { views: encoded.views['view']!.map(({ features }) => scaled(features, 2)) },
    state: { batches: state.batches + 1 },
    pullback: ({ views }: BatchGradients) => ({ view: views!.map((each) => scaled(each!, 2)) }),
  }),
})();

test('a pairing that keeps its promises breaks no law', async () => {
  expect(await brokenLaws(batchPairingLaws(doubling))).toEqual([]);
});

test('each broken promise is told', async () => {
  const broken = (pair: (encoded: EncodedViews) => object, start: () => { readonly batches: number } = doubling.start) =>
    brokenLaws(
      batchPairingLaws({
        ...doubling,
        start,
        pair: (encoded, state, progress) => ({ ...doubling.pair(encoded, state, progress), ...pair(encoded) }),
      }),
    );
  expect(await broken(() => ({ pullback: ({ views }: BatchGradients) => ({ view: views! }) }))).toEqual([
    'pullback agrees with finite differences',
  ]);
  expect(await broken(() => ({ pullback: () => ({}) }))).toEqual(['pullback agrees with finite differences']);
  let calls = 0;
  expect(await broken(() => ({ state: { batches: calls++ } }))).toContain('the same views and state give the same batch');
  expect(
    await broken(
      () => ({}),
      () => ({ batches: calls++ }),
    ),
  ).toEqual(['a start is fresh each time']);
  expect(await broken(() => ({ state: { batches: 0, count: () => 1 } }))).toContain('its state survives a structured clone');
  const spoiling = (encoded: EncodedViews) => {
    encoded.views['view']![0]!.features.set(0, 0, 7);
    return {};
  };
  expect(await broken(spoiling)).toContain('views and state stay as they were');
});

function scaled(features: Features, factor: number): Features {
  return tensor(
    Float64Array.from(values(features), (each) => each * factor),
    features.shape,
  );
}
