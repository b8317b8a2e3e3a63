import { type Tensor, tensor, values } from '@viewforge/tensor';
import { obeysEncoderLaws, obeysOptionLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { randomNetwork } from './random-network.ts';

const running = { signal: new AbortController().signal };
const images = (n: number, side: number): Tensor =>
  tensor(
    Float32Array.from({ length: n * 3 * side * side }, (_, i) => Math.abs(Math.sin(i * i))),
    [n, 3, side, side],
  );

obeysEncoderLaws(() => randomNetwork({ maxBatch: 4 }), { image: images(6, 20) });
obeysOptionLaws(randomNetwork);

async function featuresOf(seed: number, image: Tensor): Promise<Tensor> {
  const encoder = randomNetwork({ seed });
  const { features } = await encoder.encode({ image }, running);
  await encoder.close();
  return features!;
}

test('the seed decides the features, to the last bit on one machine', async () => {
  const image = images(2, 16);
  const first = values(await featuresOf(1, image));
  expect(values(await featuresOf(1, image))).toEqual(first);
  expect(values(await featuresOf(2, image))).not.toEqual(first);
});

test('it tells images apart, keeps their scale, and takes any size', async () => {
  for (const side of [8, 33]) {
    const rows = values(await featuresOf(0, images(2, side)));
    expect(rows).toHaveLength(256);
    expect(rows.slice(0, 128)).not.toEqual(rows.slice(128));
    // He's weights keep the mean square of a layer's values: fed are 2 x - 1 with a mean square near 1 / 2
    const size = Math.sqrt(Array.from(rows).reduce((sum, value) => sum + value * value, 0) / 256);
    expect(size).toBeGreaterThan(0.1);
    expect(size).toBeLessThan(2);
  }
});
