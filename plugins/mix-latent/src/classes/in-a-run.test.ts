import { defineAugmenter, definePlan } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { distributions, inBatch } from '@viewforge/pairings';
import { type RunOptions, type RunStep, run } from '@viewforge/run';
import { image, tensor, values } from '@viewforge/tensor';
import { examplePixels, exampleSource, flattenEncoder } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type CovarianceDraw, covarianceNoise } from './covariance-noise.ts';
import { type GraphDraw, graphTargets } from './graph-targets.ts';
import { spectralNeighborhood } from './spectral-neighborhood.ts';

/** A view [1, 1, 3] of three drawn numbers. */
const probe = defineAugmenter({
  name: 'probe',
  summary: 'Three drawn numbers.',
  accepts: 'pixels',
  returns: 'image',
  options: z.object({}),
  draw: (_shape, _options, random) => [0, 1, 2].map(() => random.uniform(0, 1)),
  apply: (_pixels, drawn) => image(Float32Array.from(drawn), 1, 1, 3),
  reshape: () => [1, 1, 3],
});
const twoProbes = definePlan({
  name: 'two-probes',
  summary: 'Two probes.',
  groups: () => [{ role: 'view', count: 2, augment: probe() }],
});
const labels = [0, 1, 0, 1, 0, 1, 0, 1];
const common = {
  source: exampleSource(
    Array.from({ length: 8 }, () => examplePixels(1)[0]!),
    labels,
  ),
  plan: twoProbes(),
  encoder: flattenEncoder([1, 1, 3]),
  seed: 3,
};

test('noise is added to embeddings, by the labels of the source, and the loss sees it', async () => {
  const part = covarianceNoise({ schedule: 'constant', strength: 2 });
  const given = { ...common, pairing: inBatch(), loss: infoNce() };
  const [plain, noisy] = [await stepOf(given), await stepOf({ ...given, inputMixers: [part] })];
  expect(noisy.loss.value).not.toBe(plain.loss.value);
  noisy.mixes.forEach(({ params, index }) => {
    const { features, blend } = plain.encoded.views['view']![index!]!;
    const expected = part.apply({ values: features, blend, labels: Int32Array.from(labels) }, params as CovarianceDraw);
    expect([...values(noisy.encoded.views['view']![index!]!.features)]).toEqual([...values(expected.values)]);
  });
  expect(noisy.mixes).toHaveLength(2);
});

test('neighbors become positives without labels', async () => {
  const part = graphTargets({ neighbors: 2 });
  const given = { ...common, pairing: inBatch(), loss: infoNce() };
  const [plain, mixed] = [await stepOf(given), await stepOf({ ...given, mixers: [part] })];
  const [queries, keys] = plain.encoded.views['view']!;
  const batch = {
    queries: queries!.features,
    keys: [keys!.features],
    targets: queries!.blend,
    excluded: { kind: 'none' },
  } as const;
  const expected = infoNce().measure(part.apply(batch, mixed.mixes[0]!.params as GraphDraw)).value;
  expect(mixed.loss.value).toBe(expected);
  expect(mixed.loss.value).not.toBe(plain.loss.value);
});

test('the clustering loss measures what a pairing of distributions makes', async () => {
  const loss = spectralNeighborhood({ negativeWeight: 0.5 });
  const { encoded, loss: found } = await stepOf({ ...common, pairing: distributions({ role: 'view', teacher: 'view' }), loss });
  const students = encoded.views['view']!.map(({ features }) => tensor(values(features), features.shape));
  expect(found.value).toBe(loss.measure({ students, teachers: students, taughtBy: 'others' }).value);
});

async function stepOf(options: RunOptions): Promise<RunStep> {
  for await (const step of run(options)) return step;
  throw new Error('expected a step');
}
