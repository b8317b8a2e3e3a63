import { defineMixer, type Encoder, type Mixer, type ViewBatch } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { tensor, values } from '@viewforge/tensor';
import { flattenEncoder, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { encodeViews } from './encode-views.ts';
import type { ViewStep } from './options.ts';

/** An encoder that multiplies what it gets by a factor, [n, 1, 1, d] or [n, d] to [n, d]. */
function times(factor: number): Encoder {
  const flat = flattenEncoder([1, 1, 2]);
  return {
    ...flat,
    name: `times-${factor}`,
    async encode({ image }) {
      const n = image!.shape[0]!;
      return {
        features: tensor(
          Float32Array.from(image!.data, (value) => value * factor),
          [n, image!.data.length / n],
        ),
      };
    },
  };
}

/** Two stages: times 2, then times 10. */
const staged: Encoder = { ...times(20), stages: [times(2), times(10)] };

/** Adds 1 at a stage. */
function plusOne(stage: number): Mixer<'batch'> {
  const part = defineMixer({
    name: 'plus-one',
    summary: 'Add one.',
    mixes: 'batch',
    draw: () => ({ stage }),
    apply: (batch) => ({
      ...batch,
      values: tensor(
        Float32Array.from(values(batch.values), (value) => value + 1),
        batch.values.shape,
      ),
    }),
    stageOf: (drawn) => drawn.stage,
  });
  return part();
}

function stepOf(labels: readonly (number | undefined)[] = [3, 5]): ViewStep {
  const batch = (): ViewBatch => ({ values: tensor(Float32Array.of(1, 2, 3, 4), [2, 1, 1, 2]), blend: { kind: 'identity' } });
  const items = labels.map((label, i) => ({ id: `${i}`, ...(label !== undefined && { label }) }));
  return { step: 7, epoch: 1, items, drawn: [], views: { view: [batch(), batch()] }, rows: {} } as unknown as ViewStep;
}

async function featuresOf(encoder: Encoder, mixers: readonly Mixer<'batch'>[]): Promise<number[]> {
  const progress = { epoch: 1, step: 7, fraction: 0.5 };
  const { encoded } = await encodeViews(stepOf(), encoder, mixers, createRandom(1), progress, running());
  return [...encoded.views['view']![1]!.features.data];
}

test('a mixer is applied at the input of its stage; the number of stages is the embedding', async () => {
  expect(await featuresOf(staged, [])).toEqual([20, 40, 60, 80]);
  expect(await featuresOf(staged, [plusOne(0)])).toEqual([40, 60, 80, 100]);
  expect(await featuresOf(staged, [plusOne(1)])).toEqual([30, 50, 70, 90]);
  expect(await featuresOf(staged, [plusOne(2)])).toEqual([21, 41, 61, 81]);
  expect(await featuresOf(times(20), [plusOne(1)]), 'no stages').toEqual([21, 41, 61, 81]);
});

test('maps between stages need not be flat for mixers and the next stage, but the last stage gives rows', async () => {
  const shapes: (readonly number[])[] = [];
  const maps: Encoder = {
    ...times(2),
    async encode(inputs, encoding) {
      const { features } = await times(2).encode(inputs, encoding);
      return { features: tensor(values(features!), [2, 1, 2, 1]) };
    },
  };
  const looks: Mixer<'batch'> = {
    ...plusOne(1),
    apply(batch, drawn) {
      shapes.push(batch.values.shape);
      return plusOne(1).apply(batch, drawn);
    },
  };
  expect(await featuresOf({ ...times(20), stages: [maps, times(10)] }, [looks])).toEqual([30, 50, 70, 90]);
  expect(shapes).toEqual([
    [2, 1, 2, 1],
    [2, 1, 2, 1],
  ]);
  await expect(featuresOf({ ...times(20), stages: [times(10), maps] }, [looks])).rejects.toThrow(
    'expected features of [2, d], got [2,1,2,1]',
  );
  const lost: Encoder = { ...maps, encode: async () => ({ features: tensor(new Float32Array(4), [1, 2, 2]) }) };
  await expect(featuresOf({ ...times(20), stages: [lost, times(10)] }, [looks])).rejects.toThrow(
    'expected features of [2, ...], got [1,2,2]',
  );
});

test('mixers of several stages each have their turn, whatever their order', async () => {
  expect(await featuresOf(staged, [plusOne(2), plusOne(0), plusOne(1)])).toEqual([51, 71, 91, 111]);
});

test.each([3, -1, 0.5])('stage %d of an encoder of two is refused', async (stage) => {
  await expect(featuresOf(staged, [plusOne(stage)])).rejects.toThrow(
    `plus-one: expected a stage from 0 to 2, the number of the encoder's stages, got ${stage}`,
  );
});

test('a mixer is told which view it mixes, where the run is, how many stages there are, and the classes of the items', async () => {
  const seen: unknown[] = [];
  const listener = defineMixer({
    name: 'listener',
    summary: 'Note what comes.',
    mixes: 'batch',
    draw({ labels }, _options, _random, context) {
      seen.push({ ...context, labels: labels && [...labels] });
      return null;
    },
    apply: (batch) => batch,
  });
  const progress = { epoch: 1, step: 7, fraction: 0.5 };
  await encodeViews(stepOf(), staged, [listener()], createRandom(1), progress, running());
  await encodeViews(stepOf([3, undefined]), times(1), [listener()], createRandom(1), progress, running());
  const told = { ...progress, role: 'view' };
  expect(seen).toEqual([
    { ...told, index: 0, stages: 2, labels: [3, 5] },
    { ...told, index: 1, stages: 2, labels: [3, 5] },
    { ...told, index: 0, stages: 1, labels: undefined },
    { ...told, index: 1, stages: 1, labels: undefined },
  ]);
});

test('further outputs of the encoder stay with their view, those of the last stage where mixers work between stages', async () => {
  const shows = (factor: number): Encoder => ({
    ...times(factor),
    async encode(inputs, encoding) {
      const { features } = await times(factor).encode(inputs, encoding);
      return { features: features!, shown: features! };
    },
  });
  const progress = { epoch: 1, step: 7, fraction: 0.5 };
  const shown = async (encoder: Encoder, mixers: readonly Mixer<'batch'>[]) => {
    const { encoded } = await encodeViews(stepOf(), encoder, mixers, createRandom(1), progress, running());
    return encoded.views['view']!.map(({ outputs }) => outputs && [...outputs['shown']!.data]);
  };
  expect(await shown(times(3), [])).toEqual([undefined, undefined]);
  expect(await shown(shows(3), [])).toEqual([
    [3, 6, 9, 12],
    [3, 6, 9, 12],
  ]);
  const stages: Encoder = { ...shows(20), stages: [shows(2), shows(10)] };
  expect((await shown(stages, [plusOne(1)]))[0]).toEqual([30, 50, 70, 90]);
});

test('further outputs of rows that a mixer changed afterwards are left out', async () => {
  const shows: Encoder = {
    ...times(3),
    async encode(inputs, encoding) {
      const { features } = await times(3).encode(inputs, encoding);
      return { features: features!, shown: features! };
    },
  };
  const progress = { epoch: 1, step: 7, fraction: 0.5 };
  const outputs = async (encoder: Encoder, mixer: Mixer<'batch'>) => {
    const { encoded } = await encodeViews(stepOf(), encoder, [mixer], createRandom(1), progress, running());
    return encoded.views['view']!.map((view) => view.outputs);
  };
  expect(await outputs(shows, plusOne(1))).toEqual([undefined, undefined]);
  expect(await outputs({ ...shows, stages: [shows, times(2)] }, plusOne(1))).toEqual([undefined, undefined]);
  expect((await outputs(shows, plusOne(0)))[0]).toHaveProperty('shown');
});
