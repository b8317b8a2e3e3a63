import { defineAugmenter, definePlan, type Encoder } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { inBatch } from '@viewforge/pairings';
import { beta, createRandom, permutation } from '@viewforge/random';
import { type RunStep, run } from '@viewforge/run';
import { image, tensor, values } from '@viewforge/tensor';
import {
  blendRows,
  exampleSource,
  exampleViewBatch,
  exampleViewBatches,
  flattenEncoder,
  obeysMixerLaws,
} from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { manifoldMixup } from './manifold-mixup.ts';
import { mixPairs, mixup, type PairDraw } from './mixup.ts';

const context = { epoch: 0, step: 0, fraction: 0 };
const batch = exampleViewBatch([5, 1, 2, 2]);

obeysMixerLaws(manifoldMixup({ stages: [0, 2] }), [...exampleViewBatches(), exampleViewBatch([4, 7])]);

/** A view [1, 1, 2] of two drawn numbers. */
const probe = defineAugmenter({
  name: 'probe',
  summary: 'Two drawn numbers.',
  accepts: 'pixels',
  returns: 'image',
  options: z.object({}),
  draw: (_shape, _options, random) => [random.uniform(0, 1), random.uniform(0, 1)],
  apply: (_pixels, drawn) => image(Float32Array.from(drawn), 1, 1, 2),
  reshape: () => [1, 1, 2],
});
const twoProbes = definePlan({
  name: 'two-probes',
  summary: 'Two probes.',
  groups: () => [{ role: 'view', count: 2, augment: probe() }],
});

/** An encoder that gives a function of every element, [n, 2]. */
function elementwise(of: (value: number) => number): Encoder {
  return {
    ...flattenEncoder([1, 1, 2]),
    encode: async ({ image: input }) => ({ features: tensor(Float32Array.from(input!.data, of), [input!.shape[0]!, 2]) }),
  };
}

const square = (value: number) => value * value;
const curve = (value: number) => 1 / (1 + value);
const staged: Encoder = {
  ...elementwise((value) => curve(square(value))),
  stages: [elementwise(square), elementwise(curve)],
};

async function stepOf(encoder: Encoder, part = manifoldMixup()): Promise<RunStep> {
  const options = { source: exampleSource(), plan: twoProbes(), pairing: inBatch(), loss: infoNce(), seed: 3 };
  for await (const step of run({ ...options, encoder, inputMixers: [part] })) return step;
  throw new Error('expected a step');
}

/** View 0 of a step, mixed by what was drawn for it, before stage 0, 1 or 2. */
function expected({ views, mixes }: RunStep, stage: number): number[] {
  const { partners, weights } = mixes.find(({ index }) => index === 0)!.params as unknown as PairDraw;
  const encode = [square, curve];
  let rows = partners.map((_, i) => [0, 1].map((k) => values(views['view']![0]!.values)[2 * i + k]!));
  for (let at = 0; at <= 2; at++) {
    const whole = rows;
    if (at === stage) {
      rows = whole.map((row, i) => row.map((own, k) => weights[0]! * own + (1 - weights[0]!) * whole[partners[i]!]![k]!));
    }
    if (at < 2) rows = rows.map((row) => row.map((value) => encode[at]!(value)));
  }
  return rows.flat();
}

test.each([0, 1, 2])('an encoder of two stages is mixed at stage %d, the last of which is the embedding', async (stage) => {
  const step = await stepOf(staged, manifoldMixup({ stages: [stage], partners: 'next', views: [0] }));
  const { features, blend } = step.encoded.views['view']![0]!;
  expect([...values(features)]).toEqual(expected(step, stage).map((value) => expect.closeTo(value, 5))); // float32 between stages
  const others = [0, 1, 2].filter((other) => other !== stage);
  for (const other of others) expect(Math.abs(values(features)[0]! - expected(step, other)[0]!)).toBeGreaterThan(1e-4);
  const { weights } = step.mixes[0]!.params as unknown as PairDraw;
  expect(blendRows({ values: features, blend })[0]!.slice(0, 2)).toEqual([weights[0]!, 1 - weights[0]!].map(Math.fround));
});

test('an encoder without stages is mixed at its input or its embedding, and nowhere else', async () => {
  const plain = elementwise((value) => curve(square(value)));
  for (const stage of [0, 1]) {
    const step = await stepOf(plain, manifoldMixup({ stages: [stage], partners: 'next', views: [0] }));
    const found = [...values(step.encoded.views['view']![0]!.features)];
    expect(found).toEqual(expected(step, stage === 0 ? 0 : 2).map((value) => expect.closeTo(value, 5)));
  }
  await expect(stepOf(plain, manifoldMixup({ stages: [2] }))).rejects.toThrow('manifold-mixup: expected a stage from 0 to 1');
});

test('at stage 0 it is mixup', () => {
  const drawn = { stage: 0, weights: [0.3], partners: [1, 2, 3, 4, 0] };
  const [one, other] = [manifoldMixup().apply(batch, drawn), mixup().apply(batch, drawn)];
  expect(values(one.values)).toEqual(values(other.values));
  expect(blendRows(one)).toEqual(blendRows(mixPairs(batch, drawn)));
});

test('a view that is left out is applied at once, to nothing', () => {
  const part = manifoldMixup({ views: [1] });
  const drawn = part.draw(batch, createRandom(1), { ...context, index: 0 });
  expect(part.stageOf!(drawn)).toBe(0);
  expect(part.apply(batch, drawn)).toBe(batch);
});

test.each([
  ['of one part', {}, { stages: 1 }, [0, 1]],
  ['of nobody knows how many', {}, {}, [0, 1]],
  ['of three', {}, { stages: 3 }, [0, 1, 2]],
  ['of three, with chosen stages', { stages: [1, 3] }, { stages: 3 }, [1, 3]],
] as const)('stages of an encoder %s are equally likely', (_, options, stages, eligible) => {
  const drawn = Array.from(
    { length: 600 },
    (_unused, seed) => manifoldMixup(options).draw(batch, createRandom(seed), { ...context, ...stages })!.stage,
  );
  expect(new Set(drawn)).toEqual(new Set(eligible));
  const p = 1 / eligible.length;
  for (const stage of eligible) {
    expect(Math.abs(drawn.filter((each) => each === stage).length / 600 - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / 600));
  }
});

test('weights are one for all or one each, folded or not', () => {
  const weights = (part: ReturnType<typeof manifoldMixup>, seed: number) =>
    part.draw(batch, createRandom(seed), context)!.weights;
  for (let seed = 0; seed < 20; seed++) {
    const plain = weights(manifoldMixup({ sharing: 'sample', alpha: 1 }), seed);
    expect(new Set(plain).size).toBe(5);
    const folded = plain.map((weight) => Math.max(weight, 1 - weight));
    expect(weights(manifoldMixup({ sharing: 'sample', alpha: 1, fold: true }), seed)).toEqual(folded);
    expect(weights(manifoldMixup(), seed)).toHaveLength(1);
  }
});

test('the stage is drawn first, then a weight from Beta(2, 2), then the partners', () => {
  const random = createRandom(8);
  const stage = random.integer(0, 3);
  const weights = [beta(random, 2, 2)];
  const partners = permutation(random, 5);
  expect(manifoldMixup().draw(batch, createRandom(8), { ...context, stages: 3 })).toEqual({ stage, weights, partners });
});
