import { defineAugmenter, definePlan, type Encoder, onQueries } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { inBatch } from '@viewforge/pairings';
import { createRandom, permutation } from '@viewforge/random';
import { run } from '@viewforge/run';
import { image, tensor, values } from '@viewforge/tensor';
import {
  blendRows,
  exampleSource,
  exampleViewBatch,
  exampleViewBatches,
  flattenEncoder,
  mixerPullbackError,
  obeysMixerLaws,
  obeysOptionLaws,
} from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { type MomentDraw, momentExchange } from './moment-exchange.ts';
import { relativeNoise } from './relative-noise.ts';

obeysOptionLaws(momentExchange);
for (const moments of ['position', 'channel', 'layer'] as const)
  obeysMixerLaws(momentExchange({ moments }), [...exampleViewBatches(), exampleViewBatch([4, 7])]);

const drawn: MomentDraw = { partners: [1, 0], moments: 'position', groups: 1, share: 0.9, stage: 0, channels: null };

test('the worked example, with 0.9 of the label kept', () => {
  const batch = { values: tensor(Float64Array.of(1, 3, 2, 10), [2, 2]), blend: { kind: 'identity' } as const };
  const mixed = momentExchange().apply(batch, drawn);
  expect([...values(mixed.values)].map((value) => value.toFixed(6)).slice(0, 2)).toEqual(['2.000009', '9.999991']);
  expect(blendRows(mixed)).toEqual([
    [expect.closeTo(0.9, 6), expect.closeTo(0.1, 6)],
    [expect.closeTo(0.1, 6), expect.closeTo(0.9, 6)],
  ]);
});

test('an item that meets itself, such as one alone, stays and keeps its label', () => {
  const batch = exampleViewBatch([1, 3, 2, 2]);
  const mixed = momentExchange().apply(batch, { ...drawn, partners: [0] });
  expect(values(mixed.values)).toEqual(values(batch.values));
  expect(blendRows(mixed)).toEqual([[1]]);
});

test('labels mixed before are mixed further', () => {
  const [batch] = exampleViewBatches().slice(1);
  const mixed = momentExchange().apply(batch!, { ...drawn, partners: [1, 2, 3, 4, 0], share: 0.5 });
  expect(blendRows(mixed)[0]).toEqual([0.375, 0.375, 0.125, 0.125, 0]);
});

test('a map that comes flat is divided into channels', () => {
  const map = exampleViewBatch([2, 4, 2, 2]);
  const flat = { ...map, values: tensor(values(map.values), [2, 16]) };
  const [whole, given] = [momentExchange().apply(map, drawn), momentExchange().apply(flat, { ...drawn, channels: 4 })];
  expect(values(given.values)).toEqual(values(whole.values));
  expect(values(momentExchange().apply(flat, drawn).values)).not.toEqual(values(whole.values));
});

test('partners are a permutation, and the stage is the input unless told', () => {
  const [batch, context] = [exampleViewBatch([5, 1, 2, 2]), { epoch: 0, step: 0, fraction: 0, stages: 3 }];
  const found = momentExchange().draw(batch, createRandom(3), context);
  expect(found.partners).toEqual(permutation(createRandom(3), 5));
  expect(momentExchange().stageOf!(found)).toBe(0);
  expect(momentExchange({ stage: 2 }).draw(batch, createRandom(3), context).stage).toBe(2);
});

test('gradients flow to both items', () => {
  const params = { ...drawn, partners: [1, 2, 0] };
  expect(mixerPullbackError(momentExchange(), exampleViewBatch([3, 4, 2]), params).worst).toBeLessThan(1e-6);
});

/** A view [4, 1, 1] of four drawn numbers. */
const probe = defineAugmenter({
  name: 'probe',
  summary: 'Four drawn numbers.',
  accepts: 'pixels',
  returns: 'image',
  draw: (_shape, _options, random) => [0, 1, 2, 3].map(() => random.uniform(0, 1)),
  apply: (_pixels, numbers) => image(Float32Array.from(numbers), 4, 1, 1),
  reshape: () => [4, 1, 1],
});
const probes = definePlan({
  name: 'probes',
  summary: 'Two probes.',
  groups: () => [{ role: 'view', count: 2, augment: probe() }],
});

test('in a run it is applied before its stage, and noise on queries after pairing, both as drawn', async () => {
  const flat = flattenEncoder([4, 1, 1]);
  const square = async ({ image: given }: Parameters<Encoder['encode']>[0]) => ({
    features: tensor(
      Float32Array.from(given!.data, (value) => value * value),
      [given!.shape[0]!, 4],
    ),
  });
  const staged: Encoder = {
    ...flat,
    stages: [
      { ...flat, encode: square },
      { ...flat, encode: square },
    ],
  };
  const [exchange, noise] = [momentExchange({ stage: 1 }), onQueries(relativeNoise())];
  const parts = { source: exampleSource(), plan: probes(), encoder: staged, pairing: inBatch(), loss: infoNce() };
  for await (const step of run({ ...parts, seed: 3, inputMixers: [exchange], mixers: [noise] })) {
    const [first] = step.views['view']!;
    const hidden = { ...first!, values: (await square({ image: first!.values })).features };
    const drawnHere = step.mixes.filter(({ mixer }) => mixer === 'moment-exchange');
    expect(drawnHere.map(({ index }) => index)).toEqual([0, 1]);
    const expected = exchange.apply(hidden, drawnHere[0]!.params as unknown as MomentDraw);
    const { features } = await square({ image: expected.values });
    expect([...values(step.encoded.views['view']![0]!.features)]).toEqual([...values(features)]);
    expect(step.mixes.some(({ mixer }) => mixer === 'on-queries-relative-noise')).toBe(true);
    return;
  }
  expect.fail('a step');
});

test('groups that do not divide the channels of the input are refused when they are drawn', () => {
  const [batch, context] = [exampleViewBatch([2, 6]), { epoch: 0, step: 0, fraction: 0, stages: 2 }];
  const part = (stage: number) => momentExchange({ moments: 'group', groups: 4, stage });
  expect(() => part(0).draw(batch, createRandom(1), context)).toThrow(
    'moment-exchange: expected channels that 4 groups divide, got 6',
  );
  expect(part(1).draw(batch, createRandom(1), context).groups).toBe(4);
});
