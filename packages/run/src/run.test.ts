import { defineAugmenter, defineLoss, defineMixer, definePairing, definePlan, pairs } from '@viewforge/core';
import { features, image, type Tensor, tensor, values } from '@viewforge/tensor';
import { exampleSource, flattenEncoder } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { fragile } from '../fixtures/numbers-plugin.mjs';
import { type RunOptions, type RunStep, run, views } from './index.ts';

// a view [1, 1, 2] that shows which item and which draw it came from
const twoProbes = definePlan({
  name: 'two-probes',
  summary: 'Two probes.',
  groups: () => [{ role: 'view', count: 2, augment: fragile() }],
});

const firstTwo = definePairing({
  name: 'first-two',
  summary: 'View 0 against view 1, counting batches.',
  start: () => ({ batches: 0 }),
  pair: (encoded, state) => ({
    batch: pairs(encoded.views['view']![0]!.features, encoded.views['view']![1]!.features),
    state: { batches: state.batches + 1 },
    pullback: () => ({}),
  }),
});
const meanQuery = defineLoss({
  name: 'mean-query',
  summary: 'The mean of the queries.',
  measure: ({ queries }) => ({
    value: mean(queries),
    perQuery: new Float64Array(),
    parts: {},
  }),
  differentiate: () => ({ value: 0, perQuery: new Float64Array(), parts: {}, gradients: {} }),
});

const runOptions = (extra: Partial<RunOptions> = {}): RunOptions => ({
  source: exampleSource(),
  plan: twoProbes(),
  encoder: flattenEncoder([1, 1, 2]),
  pairing: firstTwo(),
  loss: meanQuery(),
  seed: 5,
  ...extra,
});

/** The mean of a tensor's elements. */
function mean(of: Tensor): number {
  const numbers: readonly number[] = Array.from(values(of));
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

async function all<T>(steps: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const step of steps) list.push(step);
  return list;
}

test('a step has every hop: items, draws, views, features, batch, loss', async () => {
  const [step, ...rest] = await all(run(runOptions()));
  expect(rest).toEqual([]);
  expect(step!.items.map((item) => item.id)).toEqual(['example-0000', 'example-0001', 'example-0002', 'example-0003']);
  const drawn = step!.drawn.map((views) => views.map((view) => (view.params as { drawn: number }).drawn));
  const made = step!.views['view']![1]!.values;
  expect(made.shape).toEqual([4, 1, 1, 2]);
  expect(made.get(2, 0, 0, 1)).toBe(Math.fround(drawn[2]![1]!));
  expect(step!.encoded.views['view']![0]!.features.shape).toEqual([4, 2]);
  expect(step!.loss.value).toBeCloseTo(mean(step!.encoded.views['view']![0]!.features), 12);
  expect(step!.counts).toEqual({ read: 4, used: 4, skipped: 0, replaced: 0, quarantined: 0, views: 8 });
});

test('batches are cut from the order, the last may be smaller, and the state goes from batch to batch', async () => {
  const steps = await all(run(runOptions({ batchSize: 3, epochs: 2 })));
  expect(steps.map((step) => [step.step, step.epoch, step.items.length])).toEqual([
    [0, 0, 3],
    [1, 0, 1],
    [2, 1, 3],
    [3, 1, 1],
  ]);
  expect(steps.map((step) => step.checkpoint.state)).toEqual([{ batches: 1 }, { batches: 2 }, { batches: 3 }, { batches: 4 }]);
});

test('a run taken up at any step gives the steps that were left', async () => {
  const options = runOptions({ batchSize: 3, epochs: 2 });
  const whole = await all(run(options));
  for (const [done, step] of whole.entries()) {
    const rest = await all(run({ ...options, resume: JSON.parse(JSON.stringify(step.checkpoint)) }));
    expect(rest.map(summary)).toEqual(whole.slice(done + 1).map(summary));
  }
});

function summary({ step, epoch, items, drawn, loss, counts, checkpoint }: RunStep) {
  return { step, epoch, items, drawn, loss, counts, checkpoint };
}

test('a checkpoint of another seed is refused before the source is read, so no worker was started that nobody ends', async () => {
  const [step] = await all(run(runOptions()));
  const source = { ...exampleSource(), ready: () => Promise.reject(new Error('the source was read')) };
  const other = runOptions({ seed: 6, resume: step!.checkpoint, source });
  await expect(all(run(other))).rejects.toMatchObject({ code: 'CHECKPOINT' });
});

test('mixers of inputs and of embeddings run in order, each with a stream of its own, and are traced', async () => {
  const blend = defineMixer({
    name: 'halve',
    summary: 'Halve every view.',
    mixes: 'batch',
    draw: (_batch, _options, random) => ({ factor: 0.5, drawn: random.uniform(0, 1) }),
    apply: (batch, { factor }) => ({
      ...batch,
      values: tensor(
        values(batch.values).map((each) => each * factor),
        batch.values.shape,
      ),
    }),
  });
  const shift = defineMixer({
    name: 'shift',
    summary: 'Add one to every query.',
    mixes: 'contrast',
    draw: () => ({ by: 1 }),
    apply: (batch, { by }) => ({
      ...batch,
      queries: features(
        values(batch.queries).map((each) => each + by),
        batch.queries.shape[0]!,
        2,
      ),
    }),
  });
  const [plain] = await all(run(runOptions()));
  const [mixed] = await all(run(runOptions({ inputMixers: [blend()], mixers: [shift()] })));
  expect(mixed!.loss.value).toBeCloseTo(plain!.loss.value / 2 + 1, 6);
  expect(mixed!.mixes.map(({ place, mixer, role, index }) => [place, mixer, role, index])).toEqual([
    [0, 'halve', 'view', 0],
    [0, 'halve', 'view', 1],
    [1, 'shift', undefined, undefined],
  ]);
  const [first, second] = mixed!.mixes.map((mix) => mix.params as { drawn: number });
  expect(first!.drawn).not.toBe(second!.drawn);
});

test('views of different shapes cannot share a batch; the error names the item', async () => {
  const uneven = defineAugmenter({
    name: 'uneven',
    summary: 'Keep the shape.',
    accepts: 'pixels',
    returns: 'image',
    draw: () => null,
    apply: (content) =>
      image(
        new Float32Array(content.shape[0]! * content.shape[1]! * content.shape[2]!),
        ...(content.shape as [number, number, number]),
      ),
  });
  const plan = definePlan({ name: 'uneven', summary: 'One.', groups: () => [{ role: 'view', count: 1, augment: uneven() }] });
  await expect(all(views({ source: exampleSource(), plan: plan(), seed: 1 }))).rejects.toMatchObject({
    code: 'SHAPE',
    item: 'example-0001',
  });
});

test.each([
  ['epochs', { epochs: 0 }],
  ['batchSize', { batchSize: 1.5 }],
  ['workers', { workers: -1 }],
  ['badItems.budget', { badItems: { policy: 'skip', budget: 2 } }],
] as const)('a wrong %s is refused before work starts', async (name, extra) => {
  await expect(all(run(runOptions(extra)))).rejects.toThrow(name);
});

test('an aborted run rejects with the reason of its signal', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const steps = run(runOptions({ batchSize: 1, signal: controller.signal }));
  await steps.next();
  controller.abort(reason);
  await expect(all(steps)).rejects.toBe(reason);
  await expect(all(run(runOptions({ signal: AbortSignal.abort(reason) })))).rejects.toBe(reason);
});

test('parts that no worker can import keep the work here, and the step says so', async () => {
  const [step] = await all(views({ source: exampleSource(), plan: twoProbes(), seed: 5, workers: 2 }));
  expect(step!.threads.workers).toBe(0);
  expect(step!.threads.note).toContain('main thread');
});

test('a loss that is measured elsewhere is waited for, and gets the signal', async () => {
  const signals: AbortSignal[] = [];
  const elsewhere = {
    loss: meanQuery(),
    measure: async (batch: never, { signal }: { signal: AbortSignal }) => {
      signals.push(signal);
      return { ...meanQuery().measure(batch), parts: { elsewhere: 1 } };
    },
  };
  const { signal } = new AbortController();
  const [found] = await all(run(runOptions({ loss: elsewhere, signal })));
  const [wanted] = await all(run(runOptions()));
  expect(found!.loss).toEqual({ ...wanted!.loss, parts: { elsewhere: 1 } });
  expect(signals).toEqual([signal]);
});

test('a pairing of other batches than the loss measures is refused before the first step, and so are mixers of embeddings', async () => {
  const aligned = definePairing<z.ZodObject, null, 'aligned'>({
    name: 'both-aligned',
    summary: 'Both views.',
    makes: 'aligned',
    start: () => null,
    pair: (encoded, state) => ({
      batch: { views: encoded.views['view']!.map(({ features: each }) => each) },
      state,
      pullback: () => ({}),
    }),
  });
  await expect(all(run(runOptions({ pairing: aligned() })))).rejects.toMatchObject({
    code: 'DOMAIN',
    message: expect.stringContaining('expected a loss of aligned, which "both-aligned" makes, got one of contrast'),
  });
  const spread = defineLoss<z.ZodObject, 'aligned'>({
    name: 'spread',
    summary: 'The number of views.',
    measures: 'aligned',
    measure: ({ views: { length } }) => ({ value: length, perQuery: new Float64Array(), parts: {} }),
    differentiate: () => ({ value: 0, perQuery: new Float64Array(), parts: {}, gradients: {} }),
  });
  const [step] = await all(run(runOptions({ pairing: aligned(), loss: spread() })));
  expect(step!.loss.value).toBe(2);
  const nothing = defineMixer({
    name: 'nothing',
    summary: 'Mix nothing.',
    mixes: 'contrast',
    draw: () => null,
    apply: (batch) => batch,
  });
  const mixed = run(runOptions({ pairing: aligned(), loss: spread(), mixers: [nothing()] }));
  await expect(all(mixed)).rejects.toMatchObject({
    code: 'DOMAIN',
    message: expect.stringContaining('for mixers of embeddings'),
  });
});
