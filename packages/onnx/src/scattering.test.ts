import { type Tensor, tensor, values } from '@viewforge/tensor';
import { obeysEncoderLaws, obeysOptionLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { scattering } from './scattering.ts';

const running = { signal: new AbortController().signal };
const images = (n: number, side: number): Tensor =>
  tensor(
    Float32Array.from({ length: n * 3 * side * side }, (_, i) => Math.abs(Math.sin(i * i))),
    [n, 3, side, side],
  );

obeysEncoderLaws(() => scattering({ size: 16, maxBatch: 4 }), { image: images(6, 16) });
obeysOptionLaws(scattering);

test('64 pixels, J = 2 and L = 8 give 243 features, the first of each color its mean', async () => {
  const encoder = scattering();
  const image = tensor(new Float32Array(3 * 4096).fill(0.25), [1, 3, 64, 64]);
  const { features } = await encoder.encode({ image }, running);
  expect(await encoder.open(running)).toMatchObject({
    width: 243,
    provider: 'cpu',
    inputs: { image: { shape: ['n', 3, 64, 64] } },
  });
  await encoder.close();
  const row = values(features!);
  for (const color of [0, 81, 162]) expect(row[color]).toBeCloseTo(0.25, 4);
  expect(Math.max(...row.slice(1, 81))).toBeLessThan(1e-6);
});

test('maps instead of means are as many as stated', async () => {
  const encoder = scattering({ size: 16, pooling: 'none', order: 1 });
  expect((await encoder.open(running)).width).toBe(3 * 17 * 16);
  await encoder.close();
});

test('images of another size are SHAPE', async () => {
  const encoder = scattering({ size: 16 });
  await expect(encoder.encode({ image: images(1, 32) }, running)).rejects.toMatchObject({
    code: 'SHAPE',
    message: "scattering: expected images of [n, 3, 16, 16], got [1,3,32,32]; set the size of the plan's views to 16",
  });
  await encoder.close();
});

test('more octaves than the image has are refused', () => {
  expect(() => scattering({ size: 8, scales: 4 })).toThrow(
    expect.objectContaining({ code: 'OPTION', message: expect.stringContaining('2^scales <= size') }),
  );
});
