import type { Encoder } from '@viewforge/core';
import { tensor, values } from '@viewforge/tensor';
import { flattenEncoder, obeysEncoderLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { thinnedEncoder } from './thinned-encoder.ts';

const flat = flattenEncoder([1, 1, 400]);
const ones = { image: tensor(new Float32Array(800).fill(1), [2, 1, 1, 400]) };
const featuresOf = async (encoder: Encoder) => values((await encoder.encode(ones, running()))['features']!);

obeysEncoderLaws(() => thinnedEncoder(flattenEncoder([1, 1, 4]), { seed: 1, share: 0.5 }), {
  image: tensor(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), [2, 1, 1, 4]),
});

test('features are missing at the share asked for, the same ones of every item, and the others are raised', async () => {
  const found = await featuresOf(thinnedEncoder(flat, { seed: 1, share: 0.5 }));
  expect(new Set(found)).toEqual(new Set([0, 2]));
  expect(found.subarray(400)).toEqual(found.subarray(0, 400));
  expect(Math.abs(found.filter((value) => value === 0).length / 800 - 0.5)).toBeLessThan(0.125); // five deviations
});

test('one seed is one model, two seeds are two, and a share of 0 is the model itself', async () => {
  const [one, again, other, whole] = await Promise.all(
    [
      [1, 0.5],
      [1, 0.5],
      [2, 0.5],
      [1, 0],
    ].map(([seed, share]) => featuresOf(thinnedEncoder(flat, { seed: seed!, share: share! }))),
  );
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
  expect(whole).toEqual(await featuresOf(flat));
});

test('features between stages are missing too, each stage by its own', async () => {
  const staged: Encoder = {
    ...flat,
    stages: [flat, { ...flat, encode: async ({ image }) => ({ features: tensor(values(image as never), [2, 400]) }) }],
  };
  const found = await featuresOf(thinnedEncoder(staged, { seed: 1, share: 0.5 }));
  expect(new Set(found)).toEqual(new Set([0, 4]));
  const parts = thinnedEncoder(staged, { seed: 1, share: 0.5 }).stages!;
  const first = (await parts[0]!.encode(ones, running()))['features']!;
  expect([...values((await parts[1]!.encode({ image: first }, running()))['features']!)]).toEqual([...found]);
});

test('two thinnings of one model state two digests, and names of rows end with the first stage', async () => {
  const told: unknown[] = [];
  const stage: Encoder = {
    ...flat,
    open: async (given) => ({ ...(await flat.open(given)), digest: 'abc' }),
    encode: async ({ image }, encoding) => {
      told.push(encoding.rows);
      return { features: tensor(values(image as never), [2, 400]) };
    },
  };
  const digestOf = async (seed: number, share: number) =>
    (await thinnedEncoder({ ...stage, stages: [stage, stage] }, { seed, share }).open(running())).digest;
  const digests = await Promise.all([digestOf(1, 0.1), digestOf(1, 0.2), digestOf(2, 0.1)]);
  expect(new Set([...digests, 'abc', undefined]).size).toBe(5);
  expect(await digestOf(1, 0.1)).toBe(digests[0]);
  const encoder = thinnedEncoder({ ...stage, stages: [stage, stage] }, { seed: 1, share: 0.1 });
  await encoder.encode(ones, { ...running(), rows: ['a', 'b'] });
  expect(told).toEqual([['a', 'b'], undefined]);
});

test('a share of 1 is refused', () => {
  expect(() => thinnedEncoder(flat, { seed: 1, share: 1 })).toThrow('thinned-encoder: expected a share in [0, 1), got 1');
});
