import type { Encoder } from '@viewforge/core';
import { features, type Tensor, tensor, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { encoderLaws, obeysEncoderLaws } from './encoder-laws.ts';
import { flattenEncoder } from './flatten-encoder.ts';
import { brokenLaws } from './law.ts';

const shape = [2, 2, 2];
const batch = () => ({
  image: tensor(
    Float32Array.from({ length: 24 }, (_, i) => i / 24),
    [3, ...shape],
  ),
});
const broken = (spoil: Partial<Encoder>) => {
  const make = () => ({ ...flattenEncoder(shape), ...spoil });
  return brokenLaws(encoderLaws(make(), make, batch()));
};

obeysEncoderLaws(() => flattenEncoder(shape), batch());

test('an encoder whose items see each other is found', async () => {
  const encode: Encoder['encode'] = async ({ image }, { signal }) => {
    signal.throwIfAborted();
    const data = Array.from<number>(values(image as Tensor));
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    const rows = Float32Array.from(data, (value) => value - mean);
    return { features: features(rows, image!.shape[0]!, 8) };
  };
  expect(await broken({ encode })).toEqual(['items together come out as they do one by one']);
});

test('a width that is not what comes out is found', async () => {
  const open: Encoder['open'] = async (running) => ({ ...(await flattenEncoder(shape).open(running)), width: 7 });
  expect(await broken({ open })).toEqual(['features are finite and as wide as stated']);
});

test('an encoder that breaks when it is closed twice is found', async () => {
  const closed = new Set<Encoder>();
  const close = async function (this: Encoder) {
    if (closed.has(this)) throw new Error('closed already');
    closed.add(this);
  };
  expect(await broken({ close })).toEqual(['closing twice is fine, also before it was opened']);
});

test('an encoder that does not stop is found', async () => {
  const encode: Encoder['encode'] = ({ image }) =>
    flattenEncoder(shape).encode({ image: image! }, { signal: new AbortController().signal });
  expect(await broken({ encode })).toEqual(['an aborted call rejects with the reason of the signal']);
});
