import {
  type ContrastBatch,
  defineMixer,
  type EncodedViews,
  type GraphArrays,
  type Json,
  pairs,
  ViewforgeError,
} from '@viewforge/core';
import { createGraph } from '@viewforge/graph';
import { queue } from '@viewforge/pairings';
import { createRandom } from '@viewforge/random';
import { tensor, values } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type MixerSessionOptions, mixerSession } from './mixer-session.ts';

const now = { epoch: 0, step: 0, fraction: 0 };
const [n, d] = [4, 3];

/** Gives every query an extra: the mean of all keys, times a number that is drawn. */
const towardMean = defineMixer({
  name: 'toward-mean',
  summary: 'Add the mean of all keys.',
  mixes: 'contrast',
  options: z.object({}),
  draw: (_batch, _options, random) => ({ factor: random.integer(1, 10) }),
  apply: (batch: ContrastBatch, { factor }) =>
    withExtra(
      batch,
      meanOf(batch).map((value) => value * factor),
    ),
  graph: {
    plan: (batch, { factor }) =>
      batch.queries.data instanceof Float64Array
        ? undefined
        : {
            model: 'mean',
            bytes: meanModel,
            outputs: ['mean'],
            feeds: () => ({
              keys: { blocks: batch.keys },
              factor: { type: 'float32', shape: [1], data: Float32Array.of(factor) },
            }),
            take: ({ mean }: GraphArrays) => withExtra(batch, mean!.data as Float32Array),
          },
  },
});

function meanModel(): Uint8Array {
  const graph = createGraph({ name: 'mean', opset: 18 });
  const keys = graph.input('keys', 'float32', ['k', 'd']);
  const mean = graph.node('ReduceMean', [keys, graph.whole([0])], { keepdims: 0 });
  graph.output('mean', graph.node('Mul', [mean, graph.input('factor', 'float32', [1])]), 'float32', ['d']);
  return graph.bytes();
}

function meanOf({ keys }: ContrastBatch): number[] {
  const rows = keys.flatMap((block) => [...values(block)]);
  return Array.from(
    { length: d },
    (_, i) => rows.filter((_, at) => at % d === i).reduce((sum, x) => sum + x, 0) / (rows.length / d),
  );
}

function withExtra(batch: ContrastBatch, row: Float32Array | number[]): ContrastBatch {
  const all = Float32Array.from({ length: n * d }, (_, at) => row[at % d]!);
  return { ...batch, extras: { values: tensor(all, [n, 1, d]), counts: new Int32Array(n).fill(1) } };
}

const mixer = towardMean();
const batch = pairs(exampleFeatures(n, d, 1), exampleFeatures(n, d, 2));
const open: ReturnType<typeof mixerSession>[] = [];
const session = (options: MixerSessionOptions = {}, of = mixer as typeof mixer | ReturnType<typeof plain>) => {
  open.push(mixerSession(of as typeof mixer, { from: 0, ...options }));
  return open.at(-1)!;
};
afterAll(() => Promise.all(open.map((each) => each.close())));

const plain = defineMixer({
  name: 'plain',
  summary: 'Do nothing.',
  mixes: 'contrast',
  options: z.object({}),
  draw: () => null,
  apply: (given) => given,
});

describe.each(['caller', 'own'] as const)('in the thread of %s', (thread) => {
  test('a model makes what the mixer makes', async () => {
    const own = session({ thread });
    const found = values((await own.apply(batch, { factor: 3 })).extras!.values);
    const wanted = values(mixer.apply(batch, { factor: 3 }).extras!.values);
    for (const [at, value] of wanted.entries()) expect(found[at]).toBeCloseTo(value, 5);
    expect(own.counts()).toEqual({ graph: 1, direct: 0, copiedBlocks: 1 });
    expect(own.provider()).toEqual({ provider: 'cpu', passedOver: [] });
  });

  test('of a queue a step copies what the last one wrote', async () => {
    const own = session({ thread });
    const pairing = queue({ capacity: 10 * 1024, seed: 1 });
    let state = pairing.start!();
    for (let step = 0; step < 6; step++) {
      const { batch: given, state: next } = pairing.pair(viewsAt(step), state, { ...now, step });
      const mixed = await own.apply(given, { factor: 1 });
      expect(values(mixed.extras!.values)[0]).toBeCloseTo(meanOf(given)[0]!, 4); // float32, 10 244 terms
      state = next;
    }
    // the first step copies 10 chunks and the keys of the batch; each one after it the keys and the chunk that was written to
    expect(own.counts().copiedBlocks).toBe(11 + 5 * 2);
  });

  test('calls at the same time wait for each other', async () => {
    const own = session({ thread });
    const mixed = await Promise.all([1, 2, 3].map((factor) => own.apply(batch, { factor })));
    const firsts = mixed.map(({ extras }) => values(extras!.values)[0]!);
    expect(firsts[2]! / firsts[0]!).toBeCloseTo(3, 5);
    expect(firsts[1]! / firsts[0]!).toBeCloseTo(2, 5);
  });
});

test('small batches, those without a plan, and mixers without a model are mixed directly', async () => {
  const small = session({ from: n * n + 1 });
  expect(await small.apply(batch, { factor: 2 })).toEqual(mixer.apply(batch, { factor: 2 }));
  const double = pairs(tensor(Float64Array.from(values(batch.queries)), [n, d]), batch.keys[0]!);
  const exact = session();
  expect(await exact.apply(double, { factor: 2 })).toEqual(mixer.apply(double, { factor: 2 }));
  const without = session({}, plain());
  expect(await without.apply(batch, null)).toBe(batch);
  for (const each of [small, exact, without]) {
    expect(each.counts()).toMatchObject({ graph: 0, direct: 1 });
    expect(each.provider()).toBeUndefined();
  }
});

test('what the mixer throws comes through, and the next call goes on', async () => {
  const failing = defineMixer({
    name: 'failing',
    summary: 'Fail.',
    mixes: 'contrast',
    options: z.object({}),
    draw: () => null as Json,
    apply: () => {
      throw new ViewforgeError('NOT_FINITE', 'failing', 'expected finite numbers, got others');
    },
  });
  const own = mixerSession(failing());
  await expect(own.apply(batch, null)).rejects.toMatchObject({ code: 'NOT_FINITE' });
  await expect(own.apply(batch, null)).rejects.toMatchObject({ code: 'NOT_FINITE' });
});

test('a provider that is not there is an error that names it, and the next in the list is taken', async () => {
  await expect(session({ providers: ['cuda'] }).apply(batch, { factor: 1 })).rejects.toMatchObject({
    code: 'PROVIDER',
    message: expect.stringContaining('cuda'),
  });
  const fallback = session({ providers: ['cuda', 'cpu'] });
  await fallback.apply(batch, { factor: 1 });
  expect(fallback.provider()).toMatchObject({ provider: 'cpu', passedOver: [{ provider: 'cuda' }] });
});

test('aborts reject with their reason, the session goes on, and a closed one says so', async () => {
  const own = session();
  const abort = new AbortController();
  abort.abort(new Error('enough'));
  await expect(own.apply(batch, { factor: 1 }, { signal: abort.signal })).rejects.toThrow('enough');
  expect((await own.apply(batch, { factor: 1 })).extras).toBeDefined();
  await own.close();
  await own.close();
  await expect(own.apply(batch, { factor: 1 })).rejects.toMatchObject({ code: 'USAGE' });
});

test('draws are the mixer’s own', () => {
  expect(session().mixer.draw(batch, createRandom(3), now)).toEqual(mixer.draw(batch, createRandom(3), now));
});

/** Two views of four items, others in every step. */
function viewsAt(step: number): EncodedViews {
  const view = (seed: number) => ({ features: exampleFeatures(n, d, seed), blend: { kind: 'identity' as const } });
  const items = Array.from({ length: n }, (_, i) => ({ id: `${step} ${i}` }));
  return { items, views: { view: [view(10 + 2 * step), view(11 + 2 * step)] } };
}
