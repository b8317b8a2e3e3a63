import { defineAugmenter, defineLoss, definePairing, definePlan, type Encoder, type Encoding, pairs } from '@viewforge/core';
import { image, type Tensor, tensor, values } from '@viewforge/tensor';
import { exampleSource, flattenEncoder } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { fragile, numbers } from '../fixtures/numbers-plugin.mjs';
import { type RunOptions, run } from './index.ts';

const twoProbes = definePlan({
  name: 'two-probes',
  summary: 'Two probes.',
  groups: () => [{ role: 'view', count: 2, augment: fragile() }],
});
const firstTwo = definePairing({
  name: 'first-two',
  summary: 'View 0 against view 1.',
  start: () => null,
  pair: (encoded, state) => ({
    batch: pairs(encoded.views['view']![0]!.features, encoded.views['view']![1]!.features),
    state,
    pullback: () => ({}),
  }),
});
const nothing = defineLoss({
  name: 'nothing',
  summary: 'Nothing.',
  measure: () => ({ value: 0, perQuery: new Float64Array(), parts: {} }),
  differentiate: () => ({ value: 0, perQuery: new Float64Array(), parts: {}, gradients: {} }),
});

/** What the encoder of a run is told with every batch of views. */
async function told(extra: Partial<RunOptions>): Promise<Encoding[]> {
  const list: Encoding[] = [];
  const flat = flattenEncoder([1, 1, 2]);
  const encode: Encoder['encode'] = (inputs, encoding) => {
    list.push(encoding);
    return flat.encode(inputs, encoding);
  };
  const options = {
    source: numbers({ count: 10 }),
    plan: twoProbes(),
    pairing: firstTwo(),
    loss: nothing(),
    seed: 5,
    batchSize: 3,
  };
  for await (const { items } of run({ ...options, ...extra, encoder: { ...flat, encode } }))
    expect(items.length).toBeGreaterThan(0);
  return list;
}

test('role and index of every view', async () => {
  expect((await told({})).slice(0, 3).map(({ role, index }) => [role, index])).toEqual([
    ['view', 0],
    ['view', 1],
    ['view', 0],
  ]);
});

test('no names where the source does not name what it reads, or a part of the plan has no origin', async () => {
  expect((await told({})).every(({ rows }) => rows === undefined)).toBe(true);
  const local = defineAugmenter({
    name: 'local',
    summary: 'Two zeros.',
    accepts: 'pixels',
    returns: 'image',
    draw: () => null,
    apply: () => image(new Float32Array(2), 1, 1, 2),
  });
  const plan = definePlan({ name: 'local', summary: 'Two.', groups: () => [{ role: 'view', count: 2, augment: local() }] });
  expect((await told({ source: named(), plan: plan() })).every(({ rows }) => rows === undefined)).toBe(true);
});

test('names of rows: the same in every run and batch, others for other seeds, views, options and contents', async () => {
  const namesOf = async (given: Partial<RunOptions>) => (await told({ source: named(), ...given })).flatMap(({ rows }) => rows!);
  const [names, again, other, content] = [
    await namesOf({}),
    await namesOf({ batchSize: 2 }),
    await namesOf({ seed: 6 }),
    await namesOf({ source: named('later') }),
  ];
  expect(new Set(names).size).toBe(8);
  expect([...again].sort()).toEqual([...names].sort());
  expect(names.filter((name) => other.includes(name) || content.includes(name))).toEqual([]);
});

test('and none for views that a mixer of inputs changed', async () => {
  const rows = async (change: boolean) =>
    (
      await told({
        source: named(),
        inputMixers: [
          {
            ...({ kind: 'mixer', name: 'maybe', version: 1, mixes: 'batch' } as const),
            draw: () => null,
            apply: (batch) =>
              change ? { ...batch, values: tensor(values(batch.values as Tensor).slice(), batch.values.shape) } : batch,
          },
        ],
      })
    )[0]!.rows;
  expect(await rows(true)).toBeUndefined();
  expect(await rows(false)).toHaveLength(3);
});

/** The example source, which names what it reads. */
function named(state = 'now') {
  const source = exampleSource();
  return {
    ...source,
    async ready(running: Parameters<typeof source.ready>[0]) {
      const collection = await source.ready(running);
      return {
        ...collection,
        open: async (index: number) => ({ ...(await collection.open(index, running)), content: `${index} ${state}` }),
      };
    },
  };
}
