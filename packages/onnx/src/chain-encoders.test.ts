import type { Encoder } from '@viewforge/core';
import { type Tensor, tensor, values } from '@viewforge/tensor';
import { flattenEncoder, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { chainEncoders } from './chain-encoders.ts';
import { projectionHead } from './projection-head.ts';

test('further outputs of an encoder stand beside the features of the head behind it', async () => {
  const flat = flattenEncoder([1, 1, 2]);
  const shown = tensor(Float32Array.of(7, 8, 9), [1, 3]) as Tensor;
  const shows: Encoder = {
    ...flat,
    open: async (at) => {
      const facts = await flat.open(at);
      return { ...facts, outputs: { ...facts.outputs, shown: { type: 'float32', shape: ['n', 3] } } };
    },
    encode: async (inputs, at) => ({ ...(await flat.encode(inputs, at)), shown }),
  };
  const chain = chainEncoders([shows, projectionHead({ layers: [{ weight: tensor(Float32Array.of(2, 1), [1, 2]) }] })]);
  expect((await chain.open(running())).outputs).toEqual({
    features: { type: 'float32', shape: ['n', 1] },
    shown: { type: 'float32', shape: ['n', 3] },
  });
  const found = await chain.encode({ image: tensor(Float32Array.of(3, 4), [1, 1, 1, 2]) }, running());
  expect([...values(found['features']!)]).toEqual([10]);
  expect(found['shown']).toBe(shown);
  await chain.close();
});
