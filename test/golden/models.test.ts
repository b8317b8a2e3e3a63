import { type ContrastBatch, type Loss, pairs, sparseExclusion } from '@viewforge/core';
import { infoNce, ntXent, supCon } from '@viewforge/losses';
import { lossSession } from '@viewforge/onnx';
import { values } from '@viewforge/tensor';
import { type GoldenCase, goldenFamily } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { type Inputs, inputsOf, judge, type Said, temperatureOf } from './adapters/loss-adapter.ts';
import { bothWaysOf, classBatch } from './adapters/losses.ts';

// The same cases of other implementations, for InfoNCE and its relatives as a model on ONNX Runtime, in float32.

/** A loss, its batch, and what the gradients of the batch are called in the file. */
interface Asked {
  readonly loss: Loss;
  readonly batch: ContrastBatch;
  readonly named: (queries: Float32Array, keys: readonly Float32Array[]) => Said['grads'];
}

const asked: Readonly<Record<string, (golden: GoldenCase, inputs: Inputs) => Asked>> = {
  ntxent: (golden, { z0, z1 }) => ({
    loss: ntXent({ temperature: temperatureOf(golden) }),
    batch: bothWaysOf([z0!, z1!]).batch,
    named: (queries, [keys]) => {
      const both = sum(queries, keys!);
      return { z0: both.subarray(0, both.length / 2), z1: both.subarray(both.length / 2) };
    },
  }),
  infonce_queue: (golden, { q, k, queue }) => ({
    loss: infoNce({ temperature: temperatureOf(golden) }),
    batch: { ...pairs(q!, k!), keys: [k!, queue!], excluded: sparseExclusion(others(q!.shape[0]!)) },
    named: (queries, [own, bank]) => ({ q: queries, k: own!, queue: bank! }),
  }),
  nnclr: (golden, { nn, p }) => ({
    loss: infoNce({ temperature: temperatureOf(golden) }),
    batch: pairs(nn!, p!),
    named: (queries, [keys]) => ({ nn: queries, p: keys! }),
  }),
  mocov3: (golden, { q, k }) => ({
    loss: infoNce({ temperature: temperatureOf(golden), scale: 'twice-temperature' }),
    batch: pairs(q!, k!),
    named: (queries) => ({ q: queries }),
  }),
  supcon: (golden, { x }) => ({
    loss: supCon({ temperature: temperatureOf(golden), baseTemperature: temperatureOf(golden) }),
    batch: classBatch(golden, x!),
    named: (queries, [keys]) => ({ x: sum(queries, keys!) }),
  }),
};

const families = ['loss_ntxent', 'loss_infonce_bank', 'loss_supcon'].map(goldenFamily);
const cases = families.flatMap((family) =>
  family.cases.filter(({ fn }) => fn in asked).map((golden) => ({ name: `${family.family} ${golden.name}`, golden, family })),
);

test('there are cases of each', () => expect(new Set(cases.map(({ golden }) => golden.fn)).size).toBe(Object.keys(asked).length));

test.each(cases)('$name', async ({ golden, family }) => {
  const { loss, batch, named } = asked[golden.fn]!(golden, inputsOf(golden, 'float32'));
  const session = lossSession(loss, { from: 0 });
  const { value, gradients, path } = await session.differentiate(batch);
  await session.close();
  expect(path).toBe('graph');
  const grads = named(
    values(gradients.queries!) as Float32Array,
    gradients.keys!.map((each) => values(each!) as Float32Array),
  );
  const wrong = judge({ loss: value, grads }, golden, { family, pictures: new Map() }, 'float32').filter(
    ({ error, allowed }) => !(error <= allowed),
  );
  expect(wrong).toEqual([]);
});

function others(n: number): number[][] {
  return Array.from({ length: n }, (_, i) => [...Array(n).keys()].filter((j) => j !== i));
}

function sum(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((each, i) => each + b[i]!);
}
